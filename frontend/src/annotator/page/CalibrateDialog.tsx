import { Button, Group, Modal, NumberInput, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { patch } from "../../api/client";
import { keys } from "../../api/keys";
import type { Point } from "../../geometry";
import { tellDone, tellError } from "../../parts/tell";
import { micronsPerPixelOf } from "./calibration";

interface CalibrateDialogProps {
  clipId: string;
  places: readonly [Point, Point] | null;
  onClose: () => void;
}

/** How many millimetres lie between two places of the picture; the clip keeps its scale from it. */
export function CalibrateDialog({ clipId, places, onClose }: CalibrateDialogProps) {
  const queries = useQueryClient();
  const [typed, setTyped] = useState<number | string>(10);
  const [isBusy, setIsBusy] = useState(false);
  const millimetres = typeof typed === "number" ? typed : Number.NaN;
  const microns = places === null ? null : micronsPerPixelOf(places, millimetres);

  const save = async () => {
    if (places === null || microns === null) return;
    const [[x0, y0], [x1, y1]] = places;
    setIsBusy(true);
    try {
      await patch(`/api/clips/${clipId}/`, { calibration: { x0, y0, x1, y1, millimetres } });
      await queries.invalidateQueries({ queryKey: keys.clip(clipId) });
      tellDone(`The scale is kept: ${microns.toFixed(1)} µm a pixel.`);
      onClose();
    } catch (error) {
      tellError(error, "The scale was not kept");
    } finally {
      setIsBusy(false);
    }
  };

  return (
    <Modal opened={places !== null} onClose={onClose} title="Scale of this clip" size="sm">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Stack gap="md">
          <NumberInput
            data-autofocus
            label="Distance between the two places"
            description="As the depth ruler in the picture says"
            suffix=" mm"
            min={0.1}
            max={1000}
            decimalScale={2}
            value={typed}
            onChange={setTyped}
          />
          <Text size="sm" c={microns === null ? "orange" : "dimmed"}>
            {microns === null
              ? "Two places further apart, and a distance above zero, are needed."
              : `${microns.toFixed(1)} µm a pixel. Everyone who opens this clip sees this scale.`}
          </Text>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={isBusy} disabled={microns === null}>
              Keep the scale
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
