import { Chip, Group, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type RefObject, useState } from "react";
import { type ClipFilter, facetsQuery, subjectsQuery } from "../api/clips";
import type { ClipState } from "../api/types";
import { stateLabel } from "../parts/StateBadge";

const STATES: ClipState[] = ["new", "annotating", "in_review", "returned", "accepted"];

interface ClipFiltersProps {
  projectId: string;
  filter: ClipFilter;
  isStateShown: boolean;
  /** Whether what is deleted may be seen. */
  isAdmin: boolean;
  searchRef: RefObject<HTMLInputElement | null>;
  onChange: (filter: ClipFilter) => void;
}

export function ClipFilters({
  projectId,
  filter,
  isStateShown,
  isAdmin,
  searchRef,
  onChange,
}: ClipFiltersProps) {
  const subjects = useQuery(subjectsQuery(projectId)).data ?? [];
  const facets = useQuery(facetsQuery(projectId)).data;
  const [search, setSearch] = useState(filter.search);
  const settle = useDebouncedCallback((text: string) => onChange({ ...filter, search: text }), 250);
  return (
    <Group gap="xs" align="center">
      <TextInput
        ref={searchRef}
        w={{ base: "100%", xs: 230 }}
        aria-label="Search clips"
        placeholder="Search clips"
        type="search"
        leftSection={<IconSearch size={16} />}
        value={search}
        onChange={(event) => {
          setSearch(event.currentTarget.value);
          settle(event.currentTarget.value.trim());
        }}
      />
      {isStateShown && (
        <Select
          w={{ base: "calc(50% - 5px)", xs: 150 }}
          aria-label="State"
          placeholder="Any state"
          clearable
          data={STATES.map((state) => ({ value: state, label: stateLabel(state) }))}
          value={filter.state}
          onChange={(state) => onChange({ ...filter, state: state as ClipState | null })}
        />
      )}
      <Select
        w={{ base: "calc(50% - 5px)", xs: 170 }}
        aria-label="Subject"
        placeholder="Any subject"
        clearable
        searchable
        data={subjects.map(({ id, pseudonym }) => ({ value: id, label: pseudonym }))}
        value={filter.subject}
        onChange={(subject) => onChange({ ...filter, subject })}
      />
      {facets !== undefined && (facets.scanners.length > 0 || filter.scanner !== null) && (
        <Select
          w={{ base: "calc(50% - 5px)", xs: 150 }}
          aria-label="Scanner"
          placeholder="Any scanner"
          clearable
          searchable
          data={facets.scanners.map(({ name }) => name)}
          value={filter.scanner}
          onChange={(scanner) => onChange({ ...filter, scanner })}
        />
      )}
      {isStateShown && facets !== undefined && facets.assignees.length > 0 && (
        <Select
          w={{ base: "calc(50% - 5px)", xs: 150 }}
          aria-label="Reader"
          placeholder="Any reader"
          clearable
          searchable
          data={facets.assignees.map(({ id, name }) => ({ value: id, label: name }))}
          value={filter.assignee}
          onChange={(assignee) => onChange({ ...filter, assignee })}
        />
      )}
      {isAdmin && (
        <Chip
          radius="md"
          variant="outline"
          checked={filter.deleted}
          onChange={(deleted) => onChange({ ...filter, deleted })}
        >
          Deleted
        </Chip>
      )}
    </Group>
  );
}
