/** Bundled instead of `node-fetch`: google-auth-library brings these 180 kB for versions of Node without `fetch`. */
export default globalThis.fetch;
