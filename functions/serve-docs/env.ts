/** It reads files beside itself, and no variable. */
export type Env = Record<string, never>;
