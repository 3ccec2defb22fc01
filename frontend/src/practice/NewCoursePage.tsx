import {
  Button,
  Checkbox,
  Chip,
  Group,
  SegmentedControl,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
  Textarea,
  TextInput,
  Title,
} from "@mantine/core";
import { IconMovie } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { keys } from "../api/keys";
import { acceptedClipsQuery, type CourseCreate, createCourse } from "../api/practice";
import type { Clip, Project } from "../api/types";
import { count } from "../format/text";
import { EmptyState } from "../parts/EmptyState";
import { Problem } from "../parts/Problem";
import { RoomPage } from "../parts/RoomPage";
import { Swatch } from "../parts/StructureLegend";
import { LEVEL_NAMES, MODE_NAMES, MODE_WORDS } from "./words";

type Mode = CourseCreate["modes"][number];
type Level = CourseCreate["level"];

const MODES: readonly Mode[] = ["find", "name", "delineate", "scan"];

/** A few choices make a course; frames and questions are proposed and can be looked over after. */
export function NewCoursePage({ project }: { project: Project }) {
  const clips = useQuery(acceptedClipsQuery(project.id));
  return (
    <RoomPage title="New course" subtitle="Choose what to ask about. The frames are proposed.">
      {clips.isPending && <Skeleton height={240} />}
      {clips.isError && <Problem error={clips.error} onRetry={clips.refetch} />}
      {clips.data?.length === 0 && (
        <EmptyState icon={IconMovie} title="No accepted clip yet">
          A course asks about clips whose delineation a second expert has accepted. Annotate a clip,
          submit it and have it accepted first.
        </EmptyState>
      )}
      {clips.data !== undefined && clips.data.length > 0 && (
        <CourseForm project={project} clips={clips.data} />
      )}
    </RoomPage>
  );
}

function CourseForm({ project, clips }: { project: Project; clips: readonly Clip[] }) {
  const { structures } = project.procedure;
  const nerves = structures.filter(({ kind }) => kind === "nerve");
  const [title, setTitle] = useState("");
  const [description, setDescription] = useState("");
  const [level, setLevel] = useState<Level>("novice");
  const [asked, setAsked] = useState(() =>
    (nerves.length > 0 ? nerves : structures).map(({ id }) => id),
  );
  const [modes, setModes] = useState<Mode[]>(["find", "name", "delineate"]);
  const [chosen, setChosen] = useState<string[]>([]);
  // a name is asked for only where there is a choice
  const hasChoice = structures.length > 1;
  const ways = modes.filter((mode) => mode !== "name" || hasChoice);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const make = useMutation({
    mutationFn: () =>
      createCourse({
        project: project.id,
        title,
        description,
        level,
        clips: chosen,
        structures: asked,
        modes: ways,
      }),
    onSuccess: async (course) => {
      await queries.invalidateQueries({ queryKey: keys.courses(project.id) });
      await navigate({ to: `/projects/${project.id}/practice/${course.id}` });
    },
  });
  const choose = (id: string, isOn: boolean) =>
    setChosen((before) => (isOn ? [...before, id] : before.filter((one) => one !== id)));
  const isReady = title.trim() !== "" && chosen.length > 0 && asked.length > 0 && ways.length > 0;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) make.mutate();
      }}
    >
      <Stack gap="lg" maw={980}>
        <TextInput
          label="Title"
          placeholder="Nerves of the axilla, first steps"
          value={title}
          maxLength={120}
          onChange={(event) => setTitle(event.currentTarget.value)}
          data-autofocus
        />
        <Textarea
          label="What trainees should know before (may stay empty)"
          value={description}
          autosize
          minRows={2}
          maxLength={4000}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <Group gap="sm">
          <Text size="sm" fw={500} id="level">
            Level
          </Text>
          <SegmentedControl
            aria-labelledby="level"
            value={level}
            onChange={(value) => setLevel(value as Level)}
            data={Object.entries(LEVEL_NAMES).map(([value, label]) => ({ value, label }))}
          />
        </Group>
        <Stack gap={6} role="group" aria-labelledby="asked">
          <Title order={2} size="h5" id="asked">
            Structures
          </Title>
          <Chip.Group multiple value={asked} onChange={setAsked}>
            <Group gap={6}>
              {structures.map(({ id, name, colour }) => (
                <Chip key={id} value={id} radius="sm">
                  <Group component="span" gap={6} wrap="nowrap" display="inline-flex">
                    <Swatch colour={colour} />
                    {name}
                  </Group>
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        </Stack>
        <Stack gap={6} role="group" aria-labelledby="modes">
          <Title order={2} size="h5" id="modes">
            Ways of asking
          </Title>
          {MODES.map((mode) => (
            <Checkbox
              key={mode}
              label={MODE_NAMES[mode]}
              description={wayWords(mode, hasChoice)}
              checked={ways.includes(mode)}
              disabled={mode === "name" && !hasChoice}
              onChange={({ currentTarget: { checked } }) =>
                setModes((before) =>
                  checked ? [...before, mode] : before.filter((one) => one !== mode),
                )
              }
            />
          ))}
        </Stack>
        <Stack gap={6} role="group" aria-labelledby="clips">
          <Group justify="space-between">
            <Title order={2} size="h5" id="clips">
              Accepted clips
            </Title>
            <Button
              size="compact-sm"
              variant="subtle"
              onClick={() =>
                setChosen(chosen.length === clips.length ? [] : clips.map(({ id }) => id))
              }
            >
              {chosen.length === clips.length ? "None" : "All"}
            </Button>
          </Group>
          <SimpleGrid cols={{ base: 2, xs: 3, md: 4 }} spacing="sm">
            {clips.map((clip) => (
              <Checkbox.Card
                key={clip.id}
                radius="md"
                p="xs"
                checked={chosen.includes(clip.id)}
                onChange={(isOn) => choose(clip.id, isOn)}
                aria-label={clip.title}
              >
                <Stack gap={6}>
                  <img
                    src={clip.thumbnail}
                    alt=""
                    loading="lazy"
                    style={{ width: "100%", aspectRatio: "4 / 3", objectFit: "cover" }}
                  />
                  <Group gap={8} wrap="nowrap">
                    <Checkbox.Indicator size="sm" />
                    <Text size="sm" truncate>
                      {clip.title}
                    </Text>
                  </Group>
                </Stack>
              </Checkbox.Card>
            ))}
          </SimpleGrid>
        </Stack>
        {make.isError && <Problem error={make.error} title="The course was not made" />}
        <Group>
          <Button type="submit" size="md" disabled={!isReady} loading={make.isPending}>
            Propose questions
          </Button>
          <Text size="sm" c="dimmed">
            {count(chosen.length, "clip")}, {count(asked.length, "structure")},{" "}
            {count(ways.length, "way")} of asking
          </Text>
        </Group>
      </Stack>
    </form>
  );
}

function wayWords(mode: Mode, hasChoice: boolean): string {
  if (mode === "scan") return `${MODE_WORDS.scan}: where a clip begins without the structure`;
  return mode === "name" && !hasChoice
    ? "Needs a procedure of two structures or more"
    : MODE_WORDS[mode];
}
