/**
 * What the packed content of nearly every event has: field names and usual values of an event here, at Google and at
 * Microsoft Graph. It is a part of the row's format: a change of it needs another version of the row.
 */
export const contentDictionary = Buffer.from(
  [
    // Graph: https://learn.microsoft.com/en-us/graph/api/resources/event
    '{"@odata.etag":"W/\\"","createdDateTime":"2026-","lastModifiedDateTime":"2026-","changeKey":"","categories":[],',
    '"transactionId":null,"originalStartTimeZone":"W. Europe Standard Time","originalEndTimeZone":"Pacific Standard Time",',
    '"iCalUId":"040000008200E00074C5B7101A82E008","reminderMinutesBeforeStart":15,"isReminderOn":true,',
    '"hasAttachments":false,"subject":"","bodyPreview":"","importance":"normal","sensitivity":"normal","isAllDay":false,',
    '"isCancelled":false,"isOrganizer":true,"responseRequested":true,"seriesMasterId":null,"showAs":"busy",',
    '"type":"singleInstance"occurrence"exception"seriesMaster","webLink":"https://outlook.office365.com/owa/?itemid=AAMkA',
    '&exvsurl=1&path=/calendar/item","onlineMeetingUrl":null,"isOnlineMeeting":true,"onlineMeetingProvider":',
    '"teamsForBusiness"unknown","allowNewTimeProposals":true,"occurrenceId":null,"isDraft":false,"hideAttendees":false,',
    '"responseStatus":{"response":"organizer"tentativelyAccepted"notResponded"none","time":"0001-01-01T00:00:00Z"},',
    '"body":{"contentType":"html","content":"<html><body></body></html>"},"location":{"displayName":"Microsoft Teams",',
    '"locationType":"default","uniqueId":"","uniqueIdType":"private","address":{},"coordinates":{}},"locations":[],',
    '"recurrence":null,"attendees":[{"type":"required","status":{"response":"none","time":"0001-01-01T00:00:00Z"},',
    '"emailAddress":{"name":"","address":"@outlook.com"}}],"organizer":{"emailAddress":{"name":"","address":""}},',
    '"onlineMeeting":{"joinUrl":"https://teams.microsoft.com/l/meetup-join/19%3ameeting_',
    '%40thread.v2/0?context=%7b%22Tid%22%3a%22%22%2c%22Oid%22%3a%22%22%7d"},"calendar@odata.associationLink":',
    // Google: https://developers.google.com/workspace/calendar/api/v3/reference/events
    '{"kind":"calendar#event","etag":"\\"34","id":"","status":"confirmed"tentative"cancelled","htmlLink":',
    '"https://www.google.com/calendar/event?eid=","created":"2026-","updated":"2026-","summary":"","description":"",',
    '"location":"","creator":{"email":"","self":true},"organizer":{"email":"@gmail.com","displayName":"","self":true},',
    '"start":{"date":"2026-","dateTime":"2026-T10:00:00+02:00","timeZone":"Europe/Berlin"},',
    '"end":{"dateTime":"2026-T10:30:00-07:00","timeZone":"America/New_York"},"recurringEventId":"",',
    '"originalStartTime":{"dateTime":"2026-","timeZone":"UTC"},"transparency":"transparent","visibility":"private",',
    '"iCalUID":"@google.com","sequence":0,"attendees":[{"email":"","displayName":"","organizer":true,"self":true,',
    '"optional":true,"resource":true,"responseStatus":"needsAction"accepted"declined"tentative"}],',
    '"guestsCanModify":true,"hangoutLink":"https://meet.google.com/","conferenceData":{"entryPoints":[{"entryPointType":',
    '"video","uri":"https://meet.google.com/","label":"meet.google.com/"},],"conferenceSolution":{"key":{"type":',
    '"hangoutsMeet"},"name":"Google Meet","iconUri":"https://fonts.gstatic.com/s/i/productlogos/meet_2020q4/v6/web-512dp/',
    'logo_meet_2020q4_color_2x_web_512dp.png"},"conferenceId":""},"reminders":{"useDefault":true},"eventType":"default"}',
    'https://us02web.zoom.us/j/?pwd=',
    // Kalends: `contentSchema`
    '{"platform_uuid":"","start_time":"2026-T00:00.000000Z","end_time":"2026-T30:00.000000Z","name":"","meeting_url":',
    'null,"meeting_platform":"google_meet"microsoft_teams"zoom","attendees":[{"email":"","name":null},{"email":"@',
    '"attendees_omitted":false,"ical_uid":"","is_all_day":false,"time_zone":"Europe/Berlin","organizer":{"email":"',
    '"response_status":null,"status":"confirmed","recurring_event_id":null,"visibility":null,"event_type":"default","raw":{',
  ].join(''),
);
