/** Bundled instead of SHA-256 in JavaScript, which the AWS SDK uses where `node:crypto` has no SHA-256. */
export function Sha256Js(): never {
  throw new Error('node:crypto has SHA-256');
}
