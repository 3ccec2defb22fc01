import { Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { get } from "../api/client";
import { keys } from "../api/keys";
import type { components } from "../api/schema";
import { count, percent } from "../format/text";
import { Problem } from "../parts/Problem";

type Fare = components["schemas"]["ModelFare"];

/** What people made of a version's suggestions, once someone has answered any. */
export function RealLife({ versionId, isAdmin }: { versionId: string; isAdmin: boolean }) {
  const fare = useQuery({
    queryKey: [...keys.suggestionScores(versionId), "fare"],
    queryFn: ({ signal }) => get<Fare>(`/api/model-versions/${versionId}/fare/`, {}, signal),
  });
  if (fare.isError) return <Problem error={fare.error} onRetry={fare.refetch} />;
  if (fare.data === undefined) return null;
  const { accepted, edited, rejected, seconds, handed_in: handedIn, unchanged } = fare.data;
  const answers = accepted + edited + rejected;
  if (answers === 0) {
    return (
      <Text size="sm" c="dimmed">
        {isAdmin ? "Nobody has" : "You have not"} answered a suggestion of this version yet.
      </Text>
    );
  }
  return (
    <>
      <Text size="sm">
        {count(answers, "answer")}{" "}
        {isAdmin ? `by ${count(fare.data.people, "person", "people")}` : "of yours"}
        {seconds !== null && `, ${seconds.toFixed(1)} s to an answer in the median`}.{" "}
        {handedIn > 0
          ? `Of ${count(handedIn, "accepted shape")} handed in, ${percent(unchanged / handedIn)} went unchanged; mean overlap with what was handed in ${(fare.data.kept_dice ?? 0).toFixed(3)}.`
          : "Nothing accepted has been handed in yet."}
      </Text>
      <Table.ScrollContainer minWidth={380}>
        <Table aria-label="Answers by structure" mt="xs">
          <Table.Thead>
            <Table.Tr>
              {["Structure", "Accepted", "Edited", "Rejected", "Overlap kept"].map((head) => (
                <Table.Th key={head}>{head}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {fare.data.structures.map((one) => (
              <Table.Tr key={one.code}>
                <Table.Td>{one.name}</Table.Td>
                <Table.Td>{one.accepted}</Table.Td>
                <Table.Td>{one.edited}</Table.Td>
                <Table.Td>{one.rejected}</Table.Td>
                <Table.Td>{one.kept_dice === null ? "–" : one.kept_dice.toFixed(3)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}
