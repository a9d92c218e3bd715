/** Bundled in place of `node-fetch`, 180 kB that google-auth-library brings for versions of Node without `fetch`. */
export default globalThis.fetch;
