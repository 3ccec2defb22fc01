import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const backend = process.env.FASCICLE_ADDRESS ?? "http://127.0.0.1:8000";

// The Host header stays the page's own: Django compares it with the Origin of every write.
const toBackend = { target: backend, changeOrigin: false };
const proxy = { "/api": toBackend, "/_allauth": toBackend };

export default defineConfig({
  plugins: [react()],
  server: { port: 5173, proxy },
  preview: { port: 4173, proxy },
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
