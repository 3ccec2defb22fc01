import { ActionIcon, Button, FileButton, Group, Stack, Text, Title, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  IconFileExport,
  IconFolderUp,
  IconMovie,
  IconSearchOff,
  IconTrash,
  IconUpload,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ComponentProps, useEffect, useRef, useState } from "react";
import type { ClipFilter } from "../api/clips";
import { aliasesQuery } from "../api/models";
import type { Project, Role } from "../api/types";
import { count } from "../format/text";
import { EmptyState } from "../parts/EmptyState";
import { RoomPage } from "../parts/RoomPage";
import { tellError } from "../parts/tell";
import { WaitingRecordings } from "../uploads/WaitingRecordings";
import { ClipFilters } from "./ClipFilters";
import { ClipGrid } from "./ClipGrid";
import { ExportDialog } from "./ExportDialog";
import { MyQueue } from "./MyQueue";
import { StorageLine } from "./StorageLine";
import { chosenFiles, clipsOf, type FoundFile } from "./upload/folders";
import { UploadDialog } from "./upload/UploadDialog";
import { useUploads } from "./upload/UploadProvider";
import classes from "./upload/upload.module.css";
import { useFileDrop } from "./upload/useFileDrop";

// A DICOM file often has no ending at all; the server looks at what is inside.
const ACCEPTED =
  ".mp4,.m4v,.mov,.avi,.mkv,.webm,.gif,.zip,.png,.jpg,.jpeg,.dcm,.dicom,.ima,.mha,.mhd,application/dicom";
const EVERYTHING: ClipFilter = {
  state: null,
  subject: null,
  search: "",
  scanner: null,
  assignee: null,
  deleted: false,
};

export function LibraryPage({ project }: { project: Project }) {
  const role: Role = project.role ?? "trainee";
  const canUpload = role !== "trainee";
  const [filter, setFilter] = useState(EVERYTHING);
  const [isExporting, exporting] = useDisclosure(false);
  const [files, setFiles] = useState<File[]>([]);
  const { goOn } = useUploads();
  // What is half sent already goes on; only for the others are details asked.
  const onFound = (found: Promise<FoundFile[]>) => {
    const rest = found.then(clipsOf).then((clips) => goOn(clips, project.id));
    return rest.then(setFiles, (error: unknown) => tellError(error, "Not sent"));
  };
  const onFiles = (chosen: File[]) => {
    resetChoice.current?.();
    resetFolder.current?.();
    return onFound(Promise.resolve(chosenFiles(chosen)));
  };
  const searchRef = useRef<HTMLInputElement>(null);
  // Else choosing the same file again would go unheard.
  const resetChoice = useRef<() => void>(null);
  const resetFolder = useRef<() => void>(null);
  const chooseRef = useRef<HTMLButtonElement>(null);
  const isOver = useFileDrop(canUpload ? onFound : null);
  const aliases = useQuery({ ...aliasesQuery(project.id), enabled: canUpload }).data;
  const canPreannotate = aliases?.some(({ name }) => name === "preannotate") === true;
  const { state, subject, search, scanner, assignee, deleted: isDeletedShown } = filter;
  const isFiltered =
    isDeletedShown ||
    search !== "" ||
    [state, subject, scanner, assignee].some((one) => one !== null);
  useLibraryKeys(searchRef, chooseRef);

  const folderButton = canUpload && (
    <FileButton
      multiple
      resetRef={resetFolder}
      onChange={onFiles}
      inputProps={{ webkitdirectory: "" } as ComponentProps<"input">}
    >
      {(props) => (
        <Tooltip label="Upload a folder of frames or recordings">
          <ActionIcon {...props} variant="default" size={36} aria-label="Upload a folder">
            <IconFolderUp size={18} />
          </ActionIcon>
        </Tooltip>
      )}
    </FileButton>
  );
  const uploadButton = canUpload && (
    <FileButton multiple accept={ACCEPTED} resetRef={resetChoice} onChange={onFiles}>
      {(props) => (
        <Button {...props} ref={chooseRef} leftSection={<IconUpload size={16} />}>
          Upload clips
        </Button>
      )}
    </FileButton>
  );

  return (
    <RoomPage
      title={project.name}
      subtitle={`${project.procedure.name} · ${count(project.clip_count, "clip")}`}
      actions={
        canUpload && (
          <>
            {project.clip_count > 0 && (
              <Button
                variant="default"
                leftSection={<IconFileExport size={16} />}
                onClick={exporting.open}
              >
                Export…
              </Button>
            )}
            {uploadButton}
            {folderButton}
          </>
        )
      }
      isWide
    >
      <Stack gap="lg">
        {canUpload && !isFiltered && <WaitingRecordings projectId={project.id} />}
        {canUpload && !isFiltered && <MyQueue projectId={project.id} />}
        <section aria-labelledby="clips">
          <Group justify="space-between" align="flex-end" mb="sm" gap="xs">
            <Title order={2} id="clips">
              {isDeletedShown ? "Deleted clips" : role === "trainee" ? "Clips to look at" : "Clips"}
            </Title>
            <ClipFilters
              projectId={project.id}
              filter={filter}
              isStateShown={role !== "trainee"}
              isAdmin={role === "admin"}
              searchRef={searchRef}
              onChange={setFilter}
            />
          </Group>
          <ClipGrid
            key={isDeletedShown ? "deleted" : "present"}
            projectId={project.id}
            role={role}
            filter={filter}
            canPreannotate={canPreannotate}
            total={isFiltered ? null : project.clip_count}
            onSubject={(subject) => setFilter((now) => ({ ...now, subject }))}
            empty={
              isDeletedShown ? (
                <EmptyState icon={IconTrash} title="Nothing is deleted">
                  What an admin deletes is found here, and can be brought back.
                </EmptyState>
              ) : isFiltered ? (
                <EmptyState icon={IconSearchOff} title="No clip matches">
                  Search for less, or clear the filters.
                </EmptyState>
              ) : (
                <EmptyState icon={IconMovie} title="No clips yet">
                  {canUpload
                    ? "Drop recordings (MP4, MOV, AVI, MKV, DICOM, MetaImage, GIF), or a folder or zip of frames, anywhere on this page."
                    : "When the experts of this project have uploaded clips, you find them here."}
                </EmptyState>
              )
            }
          />
        </section>
        {canUpload && <StorageLine projectId={project.id} />}
      </Stack>
      <ExportDialog
        projectId={project.id}
        clips={null}
        isOpen={isExporting}
        onClose={exporting.close}
      />
      <UploadDialog projectId={project.id} files={files} onClose={() => setFiles([])} />
      {isOver && (
        <div className={classes.overlay}>
          <div className={classes.target}>
            <IconUpload size={40} stroke={1.4} aria-hidden />
            <Text size="lg" fw={600} mt="xs">
              Drop to upload to {project.name}
            </Text>
            <Text size="sm" c="dimmed">
              Video, DICOM, MetaImage, or a zip of frames
            </Text>
          </div>
        </div>
      )}
    </RoomPage>
  );
}

/** `/` goes to the search, `u` opens the choice of files. */
function useLibraryKeys(
  search: { current: HTMLInputElement | null },
  choose: { current: HTMLButtonElement | null },
): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "/") search.current?.focus();
      else if (event.key === "u") choose.current?.click();
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [search, choose]);
}
