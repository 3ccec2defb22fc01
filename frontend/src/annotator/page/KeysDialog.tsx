import { Kbd, Modal, Table } from "@mantine/core";

interface KeysDialogProps {
  isOpen: boolean;
  onClose(): void;
  keys: readonly (readonly [string, string])[];
}

/** What every key of the page does. */
export function KeysDialog({ isOpen, onClose, keys }: KeysDialogProps) {
  return (
    <Modal opened={isOpen} onClose={onClose} title="Keys on this page" size="md">
      <Table verticalSpacing={4}>
        <Table.Tbody>
          {keys.map(([key, does]) => (
            <Table.Tr key={key + does}>
              <Table.Td w={150}>
                <Kbd>{key}</Kbd>
              </Table.Td>
              <Table.Td>{does}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
