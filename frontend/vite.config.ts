import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const backend = process.env.FASCICLE_ADDRESS ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react()],
  server: { port: 5173, proxy: { "/api": backend, "/_allauth": backend } },
  preview: { port: 4173, proxy: { "/api": backend, "/_allauth": backend } },
  build: {
    outDir: "dist",
    assetsDir: "assets",
    // The page is served under `script-src 'self'`: nothing may be inlined into index.html.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/testing/setup.ts"],
    restoreMocks: true,
  },
});
