import { Group, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type RefObject, useState } from "react";
import { type ClipFilter, subjectsQuery } from "../api/clips";
import type { ClipState } from "../api/types";
import { stateLabel } from "../parts/StateBadge";

const STATES: ClipState[] = ["new", "annotating", "in_review", "returned", "accepted"];

interface ClipFiltersProps {
  projectId: string;
  filter: ClipFilter;
  isStateShown: boolean;
  searchRef: RefObject<HTMLInputElement | null>;
  onChange: (filter: ClipFilter) => void;
}

export function ClipFilters({
  projectId,
  filter,
  isStateShown,
  searchRef,
  onChange,
}: ClipFiltersProps) {
  const subjects = useQuery(subjectsQuery(projectId)).data ?? [];
  const [search, setSearch] = useState(filter.search);
  const settle = useDebouncedCallback((text: string) => onChange({ ...filter, search: text }), 250);
  return (
    <Group gap="xs" align="flex-end">
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
    </Group>
  );
}
