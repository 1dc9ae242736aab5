import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/**
 * The page states its own policy too, beside the header query-service sends: nothing is loaded from elsewhere,
 * and no script or style stands inside the page. Only in the build, since Vite's dev server injects inline scripts.
 */
const contentSecurityPolicy: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: {
        'http-equiv': 'Content-Security-Policy',
        content:
          "default-src 'self'; img-src 'self' data: blob:; media-src 'self' data: blob:; object-src 'none'; " +
          "base-uri 'none'; form-action 'self'",
      },
      injectTo: 'head-prepend',
    },
  ],
}

/**
 * `early.ts` runs before the page is shown and needs nothing else, so it is no module of the others: in the build it
 * stands under a name that scripts/finish-build.mjs puts its file in for.
 */
const earlyScript: Plugin = {
  name: 'early-script',
  apply: 'build',
  transformIndexHtml: {
    order: 'pre',
    handler: (html) => html.replace('type="module" src="/src/early.ts"', 'src="/assets/early.js"'),
  },
}

const backend = process.env.SIGHTLINE_URL ?? 'http://127.0.0.1:3000'

export default defineConfig({
  plugins: [react(), contentSecurityPolicy, earlyScript],
  build: {
    outDir: '../../../target/webui/META-INF/resources',
    emptyOutDir: true,
    // light-dark() and CSS nesting are kept as they are from these versions on.
    target: ['chrome123', 'edge123', 'firefox121', 'safari17.5'],
    // Assets stay files: the policy above forbids data: fonts and scripts.
    assetsInlineLimit: 0,
    manifest: true,
    reportCompressedSize: false,
    // What several pages share comes in few files: on one machine a request costs more than the bytes it brings.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'first', tags: ['$initial'], priority: 1 },
            { name: 'shared', minShareCount: 2 },
          ],
        },
      },
    },
  },
  server: {
    proxy: { '/api': { target: backend, changeOrigin: false } },
  },
  test: {
    include: ['src/**/*.test.{ts,tsx}'],
    environment: 'node',
  },
} as Parameters<typeof defineConfig>[0])
