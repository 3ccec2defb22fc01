import { createTheme, DEFAULT_THEME, type MantineColorsTuple } from "@mantine/core";

// Iris: far from every Okabe-Ito hue, so the accent is never taken for a structure.
const iris: MantineColorsTuple = [
  "#f1f0ff",
  "#dedcff",
  "#c6c2ff",
  "#b1a9ff",
  "#958ef2",
  "#7b76e4",
  "#6a66dc",
  "#5b5bd6",
  "#4c4bb8",
  "#3d3d94",
];

const slate: MantineColorsTuple = [
  "#e6e9ef",
  "#c9cfd9",
  "#a3acbb",
  "#929bab",
  "#323a47",
  "#272e39",
  "#1b2028",
  "#12161c",
  "#0d1014",
  "#080a0d",
];

/** Filled buttons carry white words on shade 7, which needs a contrast of 4.5 to 1. */
function legible(name: string, filled: string, hovered: string): MantineColorsTuple {
  const [a, b, c, d, e, f, g] = DEFAULT_THEME.colors[name] as MantineColorsTuple;
  return [a, b, c, d, e, f, g, filled, hovered, hovered];
}

export const theme = createTheme({
  colors: {
    iris,
    dark: slate,
    red: legible("red", "#c92a2a", "#b02525"),
    orange: legible("orange", "#c2410c", "#a8380a"),
    teal: legible("teal", "#087f5b", "#066649"),
  },
  primaryColor: "iris",
  primaryShade: 7,
  fontFamily: '"Inter Variable", system-ui, sans-serif',
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  headings: {
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "1.375rem", lineHeight: "1.3" },
      h2: { fontSize: "1.0625rem", lineHeight: "1.35" },
      h3: { fontSize: "0.9375rem", lineHeight: "1.4" },
    },
  },
  defaultRadius: "md",
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
  components: {
    Tooltip: { defaultProps: { openDelay: 350, withArrow: true } },
    Button: { defaultProps: { size: "sm" } },
    Notification: { defaultProps: { closeButtonProps: { "aria-label": "Close" } } },
    Modal: {
      defaultProps: {
        centered: true,
        overlayProps: { backgroundOpacity: 0.6 },
        closeButtonProps: { "aria-label": "Close" },
        // Its <header> would count as a second banner of the page.
        attributes: { header: { role: "presentation" } },
      },
    },
    Drawer: { defaultProps: { closeButtonProps: { "aria-label": "Close" } } },
  },
});
