import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Webhook } from 'standardwebhooks';

/** What a webhook's signatures are made of, as it arrived. */
export interface SignedDelivery {
  headers: IncomingHttpHeaders;
  body: string;
}

/** JSON as Python's `json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)` writes it. */
function reserialize(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(reserialize).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = new Map(Object.entries(value));
  // Python compares strings by code point; for the Basic Multilingual Plane and beyond that is the order of UTF-8.
  const names = [...members.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return `{${names.map((name) => `${JSON.stringify(name)}:${reserialize(members.get(name))}`).join(',')}}`;
}

/** As a client of the reference does it: parse, serialize in its own way, compare with `X-Webhook-Signature`. */
export function fitsReference({ headers, body }: SignedDelivery, secret: string): boolean {
  let text: string;
  try {
    text = reserialize(JSON.parse(body));
  } catch {
    return false;
  }
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return headers['x-webhook-signature'] === createHmac('sha256', key).update(text, 'utf8').digest('base64');
}

/** By the package `standardwebhooks`, whose clock is set to what the webhook says: local mode's may have been moved. */
export function fitsStandard({ headers, body }: SignedDelivery, secret: string): boolean {
  const realNow = Date.now;
  const said = Number(headers['webhook-timestamp']) * 1000;
  Date.now = () => (Number.isFinite(said) ? said : realNow());
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  } finally {
    Date.now = realNow;
  }
}
