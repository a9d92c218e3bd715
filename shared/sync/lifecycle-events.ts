/** What Graph says of a subscription (https://learn.microsoft.com/en-us/graph/change-notifications-lifecycle-events). */
export const lifecycleEvents = ['reauthorizationRequired', 'subscriptionRemoved', 'missed'] as const;
export type LifecycleEvent = (typeof lifecycleEvents)[number];
