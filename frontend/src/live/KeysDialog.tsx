import { Kbd, Modal, Table } from "@mantine/core";
import { LIVE_KEYS } from "./useLiveKeys";

/** What every key of the room does. */
export function KeysDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Modal opened={isOpen} onClose={onClose} title="Keys on this page">
      <Table verticalSpacing={4}>
        <Table.Tbody>
          {LIVE_KEYS.map(([key, does]) => (
            <Table.Tr key={key}>
              <Table.Td w={110}>
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
