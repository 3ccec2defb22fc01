import { Button, Group, MultiSelect, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "../api/keys";
import { enrol } from "../api/practice";
import { membersQuery } from "../api/projects";
import type { Project } from "../api/types";
import { count } from "../format/text";
import { tellDone, tellError } from "../parts/tell";

/** Put trainees of the project into the course, under a cohort's name if it has one. */
export function EnrolPanel({ project, courseId }: { project: Project; courseId: string }) {
  const members = useQuery(membersQuery(project.id));
  const queries = useQueryClient();
  const [people, setPeople] = useState<string[]>([]);
  const [cohort, setCohort] = useState("");
  const put = useMutation({
    mutationFn: () => enrol(courseId, people, cohort),
    onSuccess: async (rows) => {
      await queries.invalidateQueries({ queryKey: keys.course(courseId) });
      setPeople([]);
      tellDone(`${count(rows.length, "trainee")} enrolled.`);
    },
    onError: (error) => tellError(error, "Nobody was enrolled"),
  });
  const trainees = (members.data ?? []).filter(({ role }) => role === "trainee");
  return (
    <Group align="flex-end" gap="sm" mb="lg">
      <MultiSelect
        label="Enrol trainees of this project"
        placeholder={people.length === 0 ? "Choose people" : ""}
        miw={280}
        searchable
        value={people}
        onChange={setPeople}
        nothingFoundMessage="No trainee in this project. Invite one in the room People."
        data={trainees.map(({ user }) => ({ value: user.id, label: user.name || user.email }))}
      />
      <TextInput
        label="Cohort (may stay empty)"
        placeholder="Spring 2027"
        maxLength={80}
        value={cohort}
        onChange={(event) => setCohort(event.currentTarget.value)}
      />
      <Button
        variant="default"
        disabled={people.length === 0}
        loading={put.isPending}
        onClick={() => put.mutate()}
      >
        Enrol
      </Button>
    </Group>
  );
}
