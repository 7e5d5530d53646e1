import { defineConfig } from "vite";

// Relative addresses, so that the page works below any path prefix; names without hashes, since
// the server gives every file an ETag.
export default defineConfig({
  base: "./",
  optimizeDeps: { exclude: ["maplibre-gl"] },
  worker: { format: "es", rollupOptions: { output: { entryFileNames: "assets/[name].js" } } },
  build: {
    target: "chrome109",
    chunkSizeWarningLimit: 2000,
    rollupOptions: {
      output: {
        entryFileNames: "assets/[name].js",
        chunkFileNames: "assets/[name].js",
        assetFileNames: "assets/[name][extname]",
      },
    },
  },
});
