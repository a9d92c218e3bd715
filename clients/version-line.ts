import { createHash } from 'node:crypto';

/** The first line of generated code: which document it is made from. */
export const versionLine = (document: string): string =>
  `// Made by \`npm run clients\` from clients/openapi.json, sha256 ${createHash('sha256').update(document).digest('hex')}.`;
