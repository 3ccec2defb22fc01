import { ActionIcon, Button, Group, Stack, Switch, Text, Title, Tooltip } from "@mantine/core";
import { useDisclosure, useDocumentTitle } from "@mantine/hooks";
import { modals } from "@mantine/modals";
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconArrowLeft,
  IconCheck,
  IconKeyboard,
  IconTrash,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useDeferredValue, useEffect, useMemo, useReducer, useState } from "react";
import type { Finding, SourceFacts, UploadDetail } from "../api/types";
import { count } from "../format/text";
import { blankAdded, draftStep, newDraft, standingTarget, type Target } from "./draft";
import { FactList } from "./FactList";
import { FilmStrip } from "./FilmStrip";
import { FindingList } from "./FindingList";
import { boxAround, isToBeRemoved } from "./findings";
import { KeysDialog } from "./KeysDialog";
import { RedactionStage } from "./RedactionStage";
import { RemovalControls } from "./RemovalControls";
import { fromJson, keptPixels, keptShare, NOTHING_REMOVED } from "./redaction";
import { StoredPicture } from "./StoredPicture";
import { storeDraft, storedDraft, storedWords, storeWords } from "./storedDraft";
import classes from "./uploads.module.css";
import { useConfirmKeys } from "./useConfirmKeys";
import { useRelease } from "./useRelease";
import { WordFields } from "./WordFields";
import { pixelSizeProblem, wordsOf } from "./words";

interface ConfirmRoomProps {
  upload: UploadDetail;
  facts: SourceFacts;
}

/** A person looks at a recording before anybody else does, and says what of it is kept. */
export function ConfirmRoom({ upload, facts }: ConfirmRoomProps) {
  useDocumentTitle(`Look at ${upload.title} · Fascicle`);
  const { previews, proposal } = upload;
  const proposed = useMemo(
    () => (proposal === null ? NOTHING_REMOVED : fromJson(proposal.redaction)),
    [proposal],
  );
  const findings = proposal?.findings ?? [];
  const [draft, change] = useReducer(draftStep, null, () =>
    newDraft(storedDraft(upload.id) ?? proposed),
  );
  const [wanted, choose] = useState<Target | null>(null);
  const [litIndex, light] = useState<number | null>(null);
  const [number, setNumber] = useState(() => Math.floor(previews.length / 2));
  const [isStored, setIsStored] = useState(false);
  const redaction = draft.now;
  const chosen = standingTarget(wanted, redaction);
  const settled = useDeferredValue(redaction);
  const kept = useMemo(() => keptPixels(settled, facts), [settled, facts]);
  const [words, say] = useState(() => storedWords(upload.id) ?? wordsOf(upload, facts));
  const [areKeysShown, keysDialog] = useDisclosure(false);
  const { releasing, discarding, nextId } = useRelease(
    upload,
    words.pixelSize.trim() !== "" || facts.microns_per_pixel !== null,
  );
  useEffect(() => storeDraft(upload.id, settled), [upload.id, settled]);
  useEffect(() => storeWords(upload.id, words), [upload.id, words]);

  const release = (isOn: boolean) => {
    if (releasing.isPending || pixelSizeProblem(words.pixelSize) !== null) return;
    // Of what stands now, not of what the list shows a moment later.
    const pixels = keptPixels(redaction, facts);
    const left = findings.filter(
      (finding) => isToBeRemoved(finding) && keptShare(finding.box, pixels, facts) > 0,
    );
    const go = () => releasing.mutate({ redaction, words, isOn });
    if (left.length === 0) go();
    else confirmWithText(left.length, go);
  };
  const goBack = (kind: "undone" | "redone") => change({ kind });
  const step = (by: number) =>
    setNumber((now) => Math.min(Math.max(now + by, 0), previews.length - 1));
  useConfirmKeys({
    release: () => release(false),
    undo: () => goBack("undone"),
    redo: () => goBack("redone"),
    letGo: () => choose(null),
    step,
    toggleStored: () => setIsStored((now) => !now),
    showKeys: keysDialog.open,
  });
  const onBlank = ({ box }: Finding) => {
    change({
      kind: "changed",
      to: blankAdded(redaction, boxAround(box, facts.width, facts.height)),
    });
    choose({ kind: "blank", index: redaction.blanks.length });
  };
  const address = previews[number]?.url ?? "";

  return (
    <div className={classes.room}>
      <header className={classes.head}>
        <Tooltip label="Back to the library">
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label="Back to the library"
            renderRoot={(props) => (
              <Link
                to="/projects/$projectId/library"
                params={{ projectId: upload.project }}
                {...props}
              />
            )}
          >
            <IconArrowLeft size={18} />
          </ActionIcon>
        </Tooltip>
        <Title order={1} fz="md" className={classes.title}>
          <Text component="span" inherit truncate display="block">
            Look at what will be kept · {upload.title}
          </Text>
        </Title>
        <Switch
          label="Show as it will be stored"
          checked={isStored}
          onChange={(event) => setIsStored(event.currentTarget.checked)}
        />
        <Group gap={2} wrap="nowrap">
          <Tooltip label="Undo (Ctrl+Z)">
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label="Undo"
              disabled={draft.past.length === 0}
              onClick={() => goBack("undone")}
            >
              <IconArrowBackUp size={18} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Redo (Ctrl+Shift+Z)">
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label="Redo"
              disabled={draft.future.length === 0}
              onClick={() => goBack("redone")}
            >
              <IconArrowForwardUp size={18} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Keys (?)">
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label="Keys on this page"
              onClick={keysDialog.open}
            >
              <IconKeyboard size={18} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </header>
      <KeysDialog isOpen={areKeysShown} onClose={keysDialog.close} />
      {isStored ? (
        <StoredPicture address={address} redaction={settled} />
      ) : (
        <RedactionStage
          address={address}
          size={facts}
          redaction={redaction}
          findings={findings}
          chosen={chosen}
          litIndex={litIndex}
          change={change}
          choose={choose}
          light={light}
        />
      )}
      <FilmStrip previews={previews} shown={number} onShow={setNumber} />
      <aside className={classes.side} aria-label="What will be kept">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls takes the keys */}
        <div className={classes.words} tabIndex={0}>
          <Stack gap="md">
            <Text size="sm" fw={550}>
              Nobody else has seen this recording yet. Release it when no name, date or place is
              left in the picture.
            </Text>
            <section aria-labelledby="found">
              <Title order={2} fz="sm" id="found" mb={6}>
                What was found, and why
              </Title>
              <FindingList
                findings={findings}
                kept={kept}
                size={facts}
                litIndex={litIndex}
                onLight={light}
                onBlank={onBlank}
              />
            </section>
            <section aria-labelledby="removed-parts">
              <Title order={2} fz="sm" id="removed-parts" mb={6}>
                What is blanked
              </Title>
              <RemovalControls
                redaction={redaction}
                proposed={proposed}
                size={facts}
                chosen={chosen}
                change={change}
                choose={choose}
              />
              <Text size="xs" c="dimmed" mt={6}>
                Drag on the picture to blank a box, pull the white handles to cut off more or less.
                Arrows move what is chosen by a pixel, with Shift by ten, with Alt they resize it.
                Delete removes it.
              </Text>
            </section>
            <section aria-labelledby="facts">
              <Title order={2} fz="sm" id="facts" mb={2}>
                The recording
              </Title>
              <FactList upload={upload} facts={facts} redaction={settled} />
              <WordFields words={words} facts={facts} onChange={say} />
            </section>
          </Stack>
        </div>
        <Stack gap={8} className={classes.release}>
          <Group gap={8} grow>
            <Button
              leftSection={<IconCheck size={16} />}
              loading={releasing.isPending}
              disabled={pixelSizeProblem(words.pixelSize) !== null}
              onClick={() => release(false)}
            >
              Release
            </Button>
            {nextId !== null && (
              <Button
                variant="light"
                disabled={releasing.isPending}
                px={8}
                onClick={() => release(true)}
              >
                Release and next
              </Button>
            )}
          </Group>
          <Button
            variant="subtle"
            color="red.4"
            size="compact-sm"
            leftSection={<IconTrash size={15} />}
            loading={discarding.isPending}
            onClick={() => confirmDiscard(upload.title, () => discarding.mutate())}
          >
            Discard the recording
          </Button>
        </Stack>
      </aside>
    </div>
  );
}

const confirmWithText = (number: number, onConfirm: () => void) =>
  modals.openConfirmModal({
    title: "Is this no name, date or place?",
    children: (
      <Text size="sm">
        {count(number, "thing")} that looked like text or an overlay {number === 1 ? "is" : "are"}{" "}
        still in the picture, in part or whole.
      </Text>
    ),
    labels: { confirm: "Release it as it is", cancel: "Look again" },
    onConfirm,
  });

const confirmDiscard = (title: string, onConfirm: () => void) =>
  modals.openConfirmModal({
    title: `Discard ${title}?`,
    children: (
      <Text size="sm">The recording becomes no clip, and what was sent is removed for good.</Text>
    ),
    labels: { confirm: "Discard it", cancel: "Keep it waiting" },
    confirmProps: { color: "red" },
    onConfirm,
  });
