import { webhookTimingMs } from '../platform/webhook-timing.ts';
import { type EndpointTraffic, healthOf } from './endpoint-traffic.ts';

/**
 * What this process has read of healthy endpoints a moment ago: most notifications of a busy project need no read of
 * it. An endpoint that begins to hang, or asks for a pause, gets one more attempt by each process that remembers it, and is
 * forgotten then.
 */
export interface TrafficMemory {
  /** @returns null when the process must read the endpoint's traffic */
  recall(webhookId: string, now: number): EndpointTraffic | null;
  remember(webhookId: string, traffic: EndpointTraffic, now: number): void;
  forget(webhookId: string): void;
}

/** Endpoints that a process remembers; then it begins again. */
const mostEndpoints = 1000;

export function createTrafficMemory(): TrafficMemory {
  const seen = new Map<string, { traffic: EndpointTraffic; readAt: number }>();
  return {
    recall: (webhookId, now) => {
      const known = seen.get(webhookId);
      if (!known || now - known.readAt >= webhookTimingMs.trafficMemory) return null;
      // The health of the endpoint is renewed by what was read, not by what is remembered.
      return healthOf(known.traffic, now + webhookTimingMs.healthy / 2) === 'healthy' ? known.traffic : null;
    },
    remember: (webhookId, traffic, now) => {
      if (seen.size >= mostEndpoints) seen.clear();
      seen.set(webhookId, { traffic, readAt: now });
    },
    forget: (webhookId) => void seen.delete(webhookId),
  };
}
