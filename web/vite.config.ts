import { defineConfig } from 'vite';

// Relative addresses, so that the page works behind any path prefix; names without hashes, since
// the server gives every file an ETag.
export default defineConfig({
  base: './',
  worker: {
    format: 'es',
    rollupOptions: { output: { entryFileNames: 'assets/[name].js' } },
  },
  optimizeDeps: { exclude: ['maplibre-gl'] },
  build: {
    target: 'chrome109',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    reportCompressedSize: false,
    rollupOptions: {
      output: {
        entryFileNames: 'assets/[name].js',
        chunkFileNames: 'assets/[name].js',
        assetFileNames: 'assets/[name][extname]',
      },
    },
  },
});
