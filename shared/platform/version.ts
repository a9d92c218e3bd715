import manifest from '../../package.json' with { type: 'json' };

/** Version of this Kalends, as `GET /health` and the `User-Agent` of webhooks say it. */
export const { version } = manifest;
