/**
 * What the packed content of nearly every sync state has, the most usual parts last, where they cost least. It is a part of
 * the row's format: a change of it needs another version of the row.
 */
export const stateDictionary = Buffer.from(
  [
    '"unfinished":{"id":"","rows":1,"kind":"listing","started_at":"","window":"1/28","span":{"start":"","end":"","horizon":""}',
    '"failing":{"since":"","looks":1,"code":"","provider_code":"","message":"","next_try_at":""},"tries":1',
    '"refusal":{"code":"","count":1,"retry_at":"","unsupported_address":""}"silent_since":17,"successor_id":"',
    '"not_before":17,"next_at":17,"made":1,"spent":{"looks":1,"at":"2026"retry"failed"lifecycle"schedule"manual',
    '"time_zone":"Pacific/Australia/Sydney"Asia/Tokyo"America/Los_AngelesAmerica/New_YorkEurope/LondonEurope/Berlin"',
    '{"sync_token":{"value":"https://graph.microsoft.com/v1.0/me/calendars/AAMkA/calendarView/delta?$deltatoken=","shape":',
    '"google:events.list:singleEvents:1"microsoft:calendarView.delta:immutable:1","time_zone":"UTC"},',
    '"listing":{"at":17,"window":"1/28","until":17},"push":{"channel":{"id":"cal_","resource_id":"","expires_at":17',
    ',"kind":"live","target":"","renew_at":17},"stopped_channel_id":"cal_","last_notification_at":17},',
    '"reading":{"token_failures":0},"looks":{"changed_at":17,"asked_at":17,"made":0},',
    '"last_attempted_sync_at":17,"last_successful_sync_at":17,"last_served_at":17,"worked_version":17,',
    '"last_change_at":17,"last_change_lag_ms":1,"lookahead_due_at":17,"outbox":[{"changes":["~",0,1,0,17]}],',
    '"commits":[17],"runs":[["~","push",17,[1,1,1,0,1]]]}',
  ].join(''),
);
