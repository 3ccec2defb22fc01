const WIDTH = 140;
const HEIGHT = 34;

interface SparkProps {
  /** Scores between 0 and 1, one an epoch. */
  values: readonly number[];
  label: string;
}

/** A small curve for a row of a list, on the whole scale from 0 to 1. */
export function Spark({ values, label }: SparkProps) {
  const step = WIDTH / Math.max(1, values.length - 1);
  const points = values
    .map((value, position) => `${position * step},${2 + (1 - value) * (HEIGHT - 4)}`)
    .join(" ");
  return (
    <svg width={WIDTH} height={HEIGHT} role="img" aria-label={label}>
      <line
        x1={0}
        x2={WIDTH}
        y1={HEIGHT - 1}
        y2={HEIGHT - 1}
        stroke="var(--mantine-color-dark-4)"
      />
      <polyline
        points={points}
        fill="none"
        stroke="var(--mantine-color-iris-4)"
        strokeWidth={1.75}
      />
    </svg>
  );
}
