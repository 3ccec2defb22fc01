import { Button, Collapse, Table } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconHistory } from "@tabler/icons-react";
import type { Alias, Promotion } from "../api/types";
import { moment } from "../format/text";
import { aliasLabel } from "./aliasNames";

const ALTHOUGH: Record<NonNullable<Promotion["overridden"]>, string> = {
  worse: "although worse",
  doubt: "although it could not be judged",
};

/** Who promoted what, when and why. */
export function PromotionHistory({ aliases }: { aliases: readonly Alias[] }) {
  const [isOpen, history] = useDisclosure(false);
  const rows = aliases
    .flatMap(({ name, promotions }) => promotions.map((promotion) => ({ name, promotion })))
    .sort((a, b) => b.promotion.created_at.localeCompare(a.promotion.created_at));
  if (rows.length === 0) return null;
  return (
    <div>
      <Button
        size="compact-sm"
        variant="subtle"
        color="gray"
        leftSection={<IconHistory size={15} />}
        aria-expanded={isOpen}
        onClick={history.toggle}
      >
        {isOpen ? "Hide the history" : `History of promotions (${rows.length})`}
      </Button>
      <Collapse expanded={isOpen}>
        <Table.ScrollContainer minWidth={600}>
          <Table mt="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>When</Table.Th>
                <Table.Th>Purpose</Table.Th>
                <Table.Th>From and to</Table.Th>
                <Table.Th>By</Table.Th>
                <Table.Th>Reason</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map(({ name, promotion }) => (
                <Table.Tr key={promotion.id}>
                  <Table.Td>{moment(promotion.created_at)}</Table.Td>
                  <Table.Td>
                    {aliasLabel(name)}
                    {promotion.is_rollback && " (rolled back)"}
                    {promotion.overridden !== null && ` (${ALTHOUGH[promotion.overridden]})`}
                  </Table.Td>
                  <Table.Td>
                    {promotion.previous === null ? "none" : `version ${promotion.previous.number}`}{" "}
                    → version {promotion.model_version.number}
                  </Table.Td>
                  <Table.Td>{promotion.actor?.name ?? "the system"}</Table.Td>
                  <Table.Td>{promotion.reason}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </Collapse>
    </div>
  );
}
