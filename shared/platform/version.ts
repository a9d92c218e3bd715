import manifest from '../../package.json' with { type: 'json' };

/** Version of Kalends, shown by `GET /health` and the `User-Agent` of webhooks. */
export const { version } = manifest;
