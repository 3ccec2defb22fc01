import {
  Autocomplete,
  Button,
  Collapse,
  Group,
  List,
  Modal,
  NumberInput,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { subjectsQuery } from "../../api/clips";
import { bytes, count } from "../../format/text";
import { nextPseudonym } from "../pseudonym";
import { detailsOfFiles } from "./detailsOfFiles";
import { useUploads } from "./UploadProvider";

interface UploadDialogProps {
  projectId: string;
  files: File[];
  onClose: () => void;
}

const LISTED = 6;

/** Asks, once for all chosen files, whose clips these are and what made them. */
export function UploadDialog({ projectId, files, onClose }: UploadDialogProps) {
  const { add, uploads } = useUploads();
  const subjects = useQuery(subjectsQuery(projectId));
  const taken = [
    ...(subjects.data ?? []).map(({ pseudonym }) => pseudonym),
    ...uploads.map(({ details }) => details.subject),
  ];
  const proposed = nextPseudonym(taken);
  const [subject, setSubject] = useState<string | null>(null);
  const [isOneSubject, setIsOneSubject] = useState(true);
  const [label, setLabel] = useState("");
  const [scanner, setScanner] = useState("");
  const [micronsPerPixel, setMicronsPerPixel] = useState<number | string>("");
  const [credit, setCredit] = useState("");
  const [isMore, more] = useDisclosure(false);
  const isOpen = files.length > 0;
  useEffect(() => {
    if (isOpen) {
      setSubject(null);
      setLabel("");
    }
  }, [isOpen]);

  const chosen = (subject ?? proposed).trim();
  const isNew = !taken.includes(chosen);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const common = {
      projectId,
      label: label.trim(),
      scanner: scanner.trim(),
      micronsPerPixel: typeof micronsPerPixel === "number" ? micronsPerPixel : null,
      credit: credit.trim(),
    };
    add(detailsOfFiles(files, common, chosen, isOneSubject ? "one" : "each", taken));
    onClose();
  };

  return (
    <Modal opened={isOpen} onClose={onClose} title={`Upload ${count(files.length, "file")}`}>
      <form onSubmit={onSubmit}>
        <Stack gap="sm">
          <List size="sm" c="dimmed" listStyleType="none">
            {files.slice(0, LISTED).map((file) => (
              <List.Item key={`${file.name}${file.size}`}>
                {file.name} · {bytes(file.size)}
              </List.Item>
            ))}
            {files.length > LISTED && <List.Item>and {files.length - LISTED} more</List.Item>}
          </List>
          {files.length > 1 && (
            <SegmentedControl
              fullWidth
              aria-label="Subjects"
              value={isOneSubject ? "one" : "each"}
              onChange={(value) => setIsOneSubject(value === "one")}
              data={[
                { value: "one", label: "All of one subject" },
                { value: "each", label: "A new subject for each" },
              ]}
            />
          )}
          <Autocomplete
            label={files.length > 1 && !isOneSubject ? "First subject" : "Subject"}
            description={
              isNew
                ? "A new subject. Use a pseudonym, never a name or a date of birth."
                : "Added to a subject that is here already."
            }
            required
            data-autofocus
            openOnFocus={false}
            data={[...new Set(taken)].sort()}
            value={subject ?? proposed}
            onChange={setSubject}
            limit={8}
          />
          <TextInput
            label="Label"
            description="What the clip shows, for example “left, in-plane”. May stay empty."
            value={label}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            w="fit-content"
            aria-expanded={isMore}
            onClick={more.toggle}
          >
            {isMore ? "Fewer details" : "Scanner, scale and credit"}
          </Button>
          <Collapse expanded={isMore}>
            <Stack gap="sm">
              <TextInput
                label="Scanner"
                value={scanner}
                onChange={(event) => setScanner(event.currentTarget.value)}
              />
              <NumberInput
                label="Micrometres per pixel"
                description="Lets distances be measured in millimetres. Leave empty when unknown."
                min={1}
                max={2000}
                value={micronsPerPixel}
                onChange={setMicronsPerPixel}
              />
              <TextInput
                label="Credit"
                description="Source and licence, where the clip is not your own."
                value={credit}
                onChange={(event) => setCredit(event.currentTarget.value)}
              />
            </Stack>
          </Collapse>
          <Text size="xs" c="dimmed">
            Nobody else sees a recording before one of you has looked at it and released it. The
            name of the file is not kept.
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" disabled={chosen === ""}>
              Upload
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
