import {
  ActionIcon,
  Button,
  Group,
  Popover,
  SegmentedControl,
  Slider,
  Stack,
  Switch,
  Text,
  Tooltip,
} from "@mantine/core";
import { IconAdjustments, IconArrowsMaximize, IconRuler2 } from "@tabler/icons-react";
import { memo } from "react";
import type { FilterRecipe } from "../../frames";
import { AS_STORED } from "../commands/viewCommands";
import type { Appearance } from "../view/scene";
import classes from "./page.module.css";
import type { ChangeAppearance } from "./useAppearance";
import type { MeasuringState } from "./useMeasuring";

interface ViewControlsProps {
  appearance: Appearance;
  onChange: ChangeAppearance;
  measuring: MeasuringState;
  mayCalibrate: boolean;
  onFullScreen: () => void;
}

/** How the picture and its shapes look; nothing here changes the work or the stored pixels. */
export const ViewControls = memo(function ViewControls(props: ViewControlsProps) {
  const { appearance, onChange, measuring, mayCalibrate, onFullScreen } = props;
  const isMeasuring = measuring.mode === "measure";
  return (
    <Group gap={6} wrap="nowrap">
      <Text size="xs" c="dimmed" id="opacity-label">
        Opacity
      </Text>
      <Slider
        w={100}
        mr={6}
        size="sm"
        min={0}
        max={1}
        step={0.05}
        label={(value) => `${Math.round(value * 100)} %`}
        value={appearance.opacity}
        onChange={(opacity) => onChange({ opacity })}
        thumbProps={{ "aria-labelledby": "opacity-label" }}
      />
      <Tooltip label="Measure between two places (Shift M)">
        <ActionIcon
          variant={isMeasuring ? "light" : "subtle"}
          color={isMeasuring ? undefined : "gray"}
          aria-label="Measure"
          aria-pressed={isMeasuring}
          onClick={() => measuring.setMode(isMeasuring ? "off" : "measure")}
        >
          <IconRuler2 size={17} />
        </ActionIcon>
      </Tooltip>
      <Popover position="top-end" withArrow trapFocus shadow="md">
        <Popover.Target>
          <Tooltip label="How the picture looks">
            <ActionIcon variant="subtle" color="gray" aria-label="How the picture looks">
              <IconAdjustments size={17} />
            </ActionIcon>
          </Tooltip>
        </Popover.Target>
        <Popover.Dropdown className={classes.viewPanel}>
          <Stack gap="xs" w={268}>
            <Shapes appearance={appearance} onChange={onChange} />
            <ToneControls appearance={appearance} onChange={onChange} />
            <FilterControls appearance={appearance} onChange={onChange} />
            <Group grow gap="xs">
              <Button size="xs" variant="default" onClick={() => onChange(AS_STORED)}>
                As stored
              </Button>
              {mayCalibrate && (
                <Button size="xs" variant="default" onClick={() => measuring.setMode("calibrate")}>
                  Set the scale
                </Button>
              )}
            </Group>
          </Stack>
        </Popover.Dropdown>
      </Popover>
      <Tooltip label="Full screen (Shift F)">
        <ActionIcon variant="subtle" color="gray" aria-label="Full screen" onClick={onFullScreen}>
          <IconArrowsMaximize size={17} />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
});

type PartProps = Pick<ViewControlsProps, "appearance" | "onChange">;

const SWITCHES = [
  ["isOutlineOnly", "Outlines only"],
  ["hasNames", "Names on the picture"],
  ["isSmooth", "Smooth picture"],
  ["hasRuler", "Ruler, when the scale is known"],
] as const;

function Shapes({ appearance, onChange }: PartProps) {
  return SWITCHES.map(([name, label]) => (
    <Switch
      key={name}
      size="sm"
      label={label}
      checked={appearance[name]}
      onChange={(event) => onChange({ [name]: event.currentTarget.checked })}
    />
  ));
}

function ToneControls({ appearance, onChange }: PartProps) {
  const { tone } = appearance;
  return (
    <>
      <Level
        label="Window"
        min={2}
        max={510}
        step={1}
        value={tone.window}
        onChange={(window) => onChange({ tone: { ...tone, window } })}
      />
      <Level
        label="Level"
        min={0}
        max={255}
        step={0.5}
        value={tone.level}
        onChange={(level) => onChange({ tone: { ...tone, level } })}
      />
      <Level
        label="Gamma"
        min={0.3}
        max={3}
        step={0.05}
        value={tone.gamma}
        onChange={(gamma) => onChange({ tone: { ...tone, gamma } })}
      />
      <Switch
        size="sm"
        label="Inverted"
        checked={tone.isInverted}
        onChange={(event) =>
          onChange({ tone: { ...tone, isInverted: event.currentTarget.checked } })
        }
      />
    </>
  );
}

const DENOISE: { value: FilterRecipe["denoise"]; label: string }[] = [
  { value: "none", label: "Off" },
  { value: "median3", label: "Median 3" },
  { value: "median5", label: "Median 5" },
  { value: "gaussian", label: "Gaussian" },
];
const CONTRAST: { value: FilterRecipe["contrast"]; label: string }[] = [
  { value: "none", label: "Off" },
  { value: "equalise", label: "Equalise" },
  { value: "clahe", label: "CLAHE" },
];

function FilterControls({ appearance, onChange }: PartProps) {
  const { recipe } = appearance;
  const change = (part: Partial<FilterRecipe>) => onChange({ recipe: { ...recipe, ...part } });
  return (
    <>
      <Choice
        label="Less noise"
        data={DENOISE}
        value={recipe.denoise}
        onChange={(denoise) => change({ denoise })}
      />
      {recipe.denoise === "gaussian" && (
        <Level
          label="Width, pixels"
          min={0.5}
          max={4}
          step={0.25}
          value={recipe.sigma}
          onChange={(sigma) => change({ sigma })}
        />
      )}
      <Choice
        label="Contrast"
        data={CONTRAST}
        value={recipe.contrast}
        onChange={(contrast) => change({ contrast })}
      />
      {recipe.contrast === "clahe" && (
        <Level
          label="Limit"
          min={1}
          max={8}
          step={0.5}
          value={recipe.clipLimit}
          onChange={(clipLimit) => change({ clipLimit })}
        />
      )}
      <Text size="xs" c="dimmed">
        For the eye only: what is stored, drawn and learnt from stays as it is.
      </Text>
    </>
  );
}

interface ChoiceProps<Word extends string> {
  label: string;
  data: { value: Word; label: string }[];
  value: Word;
  onChange: (value: Word) => void;
}

function Choice<Word extends string>({ label, data, value, onChange }: ChoiceProps<Word>) {
  return (
    <div>
      <Text size="xs" c="dimmed" mb={2}>
        {label}
      </Text>
      <SegmentedControl
        fullWidth
        size="xs"
        aria-label={label}
        data={data}
        value={value}
        onChange={(chosen) => onChange(chosen as Word)}
      />
    </div>
  );
}

interface LevelProps {
  label: string;
  min: number;
  max: number;
  step: number;
  value: number;
  onChange: (value: number) => void;
}

function Level({ label, value, ...rest }: LevelProps) {
  return (
    <Group gap="xs" wrap="nowrap">
      <Text size="xs" c="dimmed" w={82}>
        {label}
      </Text>
      <Slider flex={1} size="sm" value={value} label={null} thumbLabel={label} {...rest} />
      <Text size="xs" w={34} ta="right" style={{ fontVariantNumeric: "tabular-nums" }}>
        {Number(value.toFixed(2))}
      </Text>
    </Group>
  );
}
