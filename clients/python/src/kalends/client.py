"""The operations of the API, by what they are about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar, Unpack
from urllib.parse import quote

from .transport import Transport

if TYPE_CHECKING:
    from .models import (
        Account,
        AccountCalendar,
        Bot,
        BotDecision,
        BotRules,
        BotSettings,
        Calendar,
        CalendarEvent,
        CalendarHealth,
        ConnectSession,
        ConnectSettings,
        ContentPolicy,
        CreateBot,
        CreateCalendar,
        CreateConnectSession,
        CreateOAuthApp,
        CreateOrganizationConnection,
        CreateWebhook,
        CreatedConnectSession,
        Delivery,
        EventChangeList,
        ExplainedBotDecision,
        FreeBusy,
        GetCalendarEventQuery,
        ListAccountsQuery,
        ListBotDecisionsQuery,
        ListBotsQuery,
        ListCalendarChangesQuery,
        ListCalendarEventsQuery,
        ListCalendarSyncsQuery,
        ListCalendarsQuery,
        ListOauthAppsQuery,
        ListOrganizationConnectionFailuresQuery,
        ListOrganizationConnectionsQuery,
        ListWebhookDeliveriesQuery,
        ListWebhooksQuery,
        MeetingLinkList,
        OAuthApp,
        OrganizationConnection,
        OrganizationConnectionFailure,
        PutContentPolicy,
        ReplaceBotRules,
        ReplayRequest,
        ReplayResult,
        ReportBotState,
        RequestedSync,
        RotateWebhookSecret,
        SelectCalendars,
        SelectedCalendars,
        SyncRun,
        Time,
        UpdateAccount,
        UpdateBot,
        UpdateBotSettings,
        UpdateCalendar,
        UpdateConnectSettings,
        UpdateOAuthApp,
        UpdateOrganizationConnection,
        UpdateWebhook,
        Webhook,
        WebhookWithSecret,
    )

Item = TypeVar("Item")


class ListOf(Generic[Item]):
    """A list: iterate over its items, or over its pages with `pages()`. Nothing is fetched before."""

    def __init__(self, transport: Transport, path: str, query: Mapping[str, Any]) -> None:
        self._transport = transport
        self._path = path
        self._query = query

    def first(self) -> dict[str, Any]:
        """The first page: `next`, `previous` and `results`."""
        page: dict[str, Any] = self._transport.send("GET", self._path, query=self._query)
        return page

    def pages(self) -> Iterator[dict[str, Any]]:
        """`next` is followed, also after a page without items."""
        page = self.first()
        while True:
            yield page
            if page["next"] is None:
                return
            page = self._transport.send("GET", _path_of(page["next"]))

    def __iter__(self) -> Iterator[Item]:
        for page in self.pages():
            yield from page["results"]


def _path_of(address: str) -> str:
    """Path and query of an address, below /api/v1.

    The API may know another address of itself than this client, which has a proxy in front of it, or a tunnel. The key goes
    to the address that the client was given, whatever an answer says.
    """
    found = re.match(r"[^?#]*/api/v1(/[^#]*)", address)
    if found is None:
        raise ValueError(f"{address} is no address of the API")
    return found[1]


def _at(*parts: str) -> str:
    return "".join(f"/{quote(part, safe='')}" for part in parts)


class _Resource:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def _get(self, path: str, **query: Any) -> Any:
        return self._transport.send("GET", path, query=query)

    def _post(self, path: str, body: Mapping[str, Any] | None = None, **query: Any) -> Any:
        return self._transport.send("POST", path, query=query, body=body)

    def _patch(self, path: str, body: Mapping[str, Any]) -> Any:
        return self._transport.send("PATCH", path, body=body)

    def _delete(self, path: str) -> None:
        self._transport.send("DELETE", path)


class Calendars(_Resource):
    """Fields of requests are those of `CreateCalendar` and `UpdateCalendar`."""

    def create(self, *, verify: bool | None = None, **fields: Unpack[CreateCalendar]) -> Calendar:
        """With `verify`, the token and the calendar are checked before anything is stored."""
        calendar: Calendar = self._post("/calendars", fields, verify=verify)
        return calendar

    def list(self, **filters: Unpack[ListCalendarsQuery]) -> ListOf[Calendar]:
        return ListOf(self._transport, "/calendars", filters)

    def get(self, calendar_id: str) -> Calendar:
        calendar: Calendar = self._get(_at("calendars", calendar_id))
        return calendar

    def update(self, calendar_id: str, **fields: Unpack[UpdateCalendar]) -> Calendar:
        calendar: Calendar = self._patch(_at("calendars", calendar_id), fields)
        return calendar

    def delete(self, calendar_id: str) -> None:
        self._delete(_at("calendars", calendar_id))

    def sync(self, calendar_id: str) -> RequestedSync:
        """Syncs the calendar now."""
        requested: RequestedSync = self._post(_at("calendars", calendar_id, "sync"))
        return requested

    def syncs(self, calendar_id: str, **query: Unpack[ListCalendarSyncsQuery]) -> ListOf[SyncRun]:
        return ListOf(self._transport, _at("calendars", calendar_id, "syncs"), query)

    def health(self, calendar_id: str) -> CalendarHealth:
        health: CalendarHealth = self._get(_at("calendars", calendar_id, "health"))
        return health


class Accounts(_Resource):
    """Consents of users. The calendars of an account share its credentials."""

    def list(self, **filters: Unpack[ListAccountsQuery]) -> ListOf[Account]:
        return ListOf(self._transport, "/accounts", filters)

    def get(self, account_id: str) -> Account:
        account: Account = self._get(_at("accounts", account_id))
        return account

    def update(self, account_id: str, **fields: Unpack[UpdateAccount]) -> Account:
        """Renews the credentials. All calendars of the account are synced with them."""
        account: Account = self._patch(_at("accounts", account_id), fields)
        return account

    def delete(self, account_id: str) -> None:
        """Its calendars are deleted with it."""
        self._delete(_at("accounts", account_id))

    def calendars(self, account_id: str) -> ListOf[AccountCalendar]:
        """The calendars that the account has at its provider."""
        return ListOf(self._transport, _at("accounts", account_id, "calendars"), {})

    def select(self, account_id: str, **fields: Unpack[SelectCalendars]) -> SelectedCalendars:
        """Connects the calendars that are chosen, and disconnects all others."""
        path = _at("accounts", account_id, "selection")
        selected: SelectedCalendars = self._transport.send("PUT", path, body=fields)
        return selected


class Events(_Resource):
    def list(self, **filters: Unpack[ListCalendarEventsQuery]) -> ListOf[CalendarEvent]:
        return ListOf(self._transport, "/calendar_events", filters)

    def get(self, event_id: str, **query: Unpack[GetCalendarEventQuery]) -> CalendarEvent:
        event: CalendarEvent = self._get(_at("calendar_events", event_id), **query)
        return event

    def meeting_links(self, event_id: str) -> MeetingLinkList:
        links: MeetingLinkList = self._get(_at("calendar_events", event_id, "meeting_links"))
        return links

    def bot_decision(self, event_id: str) -> ExplainedBotDecision:
        decision: ExplainedBotDecision = self._get(_at("calendar_events", event_id, "bot_decision"))
        return decision


class Policy(_Resource):
    def get(self) -> ContentPolicy:
        policy: ContentPolicy = self._get("/content_policy")
        return policy

    def replace(self, **fields: Unpack[PutContentPolicy]) -> ContentPolicy:
        """What of events is stored and shown from now on; older rows follow."""
        policy: ContentPolicy = self._transport.send("PUT", "/content_policy", body=fields)
        return policy


class Changes(_Resource):
    def read(self, **query: Unpack[ListCalendarChangesQuery]) -> EventChangeList:
        """A page of the change feed. `consume_changes` reads all of them, and keeps the cursor."""
        page: EventChangeList = self._get("/calendar_changes", **query)
        return page


class Bots(_Resource):
    """Fields of requests are those of `CreateBot` and `UpdateBot`."""

    def create(self, **fields: Unpack[CreateBot]) -> Bot:
        bot: Bot = self._post("/bots", fields)
        return bot

    def list(self, **filters: Unpack[ListBotsQuery]) -> ListOf[Bot]:
        return ListOf(self._transport, "/bots", filters)

    def get(self, bot_id: str) -> Bot:
        bot: Bot = self._get(_at("bots", bot_id))
        return bot

    def update(self, bot_id: str, **fields: Unpack[UpdateBot]) -> Bot:
        bot: Bot = self._patch(_at("bots", bot_id), fields)
        return bot

    def delete(self, bot_id: str) -> None:
        self._delete(_at("bots", bot_id))

    def report_state(self, bot_id: str, **fields: Unpack[ReportBotState]) -> Bot:
        """For the program that runs the bot."""
        bot: Bot = self._post(_at("bots", bot_id, "state"), fields)
        return bot

    def settings(self) -> BotSettings:
        settings: BotSettings = self._get("/bot_settings")
        return settings

    def update_settings(self, **fields: Unpack[UpdateBotSettings]) -> BotSettings:
        settings: BotSettings = self._patch("/bot_settings", fields)
        return settings


class Rules(_Resource):
    def get(self) -> BotRules:
        rules: BotRules = self._get("/bot_rules")
        return rules

    def replace(self, **fields: Unpack[ReplaceBotRules]) -> BotRules:
        rules: BotRules = self._transport.send("PUT", "/bot_rules", body=fields)
        return rules

    def dry_run(self, **query: Unpack[ListBotDecisionsQuery]) -> ListOf[BotDecision]:
        """What the rules decide about each event ahead."""
        return ListOf(self._transport, "/bot_rules/dry_run", query)


class OAuthApps(_Resource):
    """Clients of yours at Google and Microsoft. Fields are those of `CreateOAuthApp` and `UpdateOAuthApp`."""

    def create(self, **fields: Unpack[CreateOAuthApp]) -> OAuthApp:
        app: OAuthApp = self._post("/oauth_apps", fields)
        return app

    def list(self, **query: Unpack[ListOauthAppsQuery]) -> ListOf[OAuthApp]:
        return ListOf(self._transport, "/oauth_apps", query)

    def get(self, app_id: str) -> OAuthApp:
        app: OAuthApp = self._get(_at("oauth_apps", app_id))
        return app

    def update(self, app_id: str, **fields: Unpack[UpdateOAuthApp]) -> OAuthApp:
        app: OAuthApp = self._patch(_at("oauth_apps", app_id), fields)
        return app

    def delete(self, app_id: str) -> None:
        """Refused while accounts use it."""
        self._delete(_at("oauth_apps", app_id))


class OrganizationConnections(_Resource):
    """Whole organizations. Fields are those of `CreateOrganizationConnection` and `UpdateOrganizationConnection`."""

    def create(self, **fields: Unpack[CreateOrganizationConnection]) -> OrganizationConnection:
        connection: OrganizationConnection = self._post("/organization_connections", fields)
        return connection

    def list(self, **query: Unpack[ListOrganizationConnectionsQuery]) -> ListOf[OrganizationConnection]:
        return ListOf(self._transport, "/organization_connections", query)

    def get(self, connection_id: str) -> OrganizationConnection:
        connection: OrganizationConnection = self._get(_at("organization_connections", connection_id))
        return connection

    def update(self, connection_id: str, **fields: Unpack[UpdateOrganizationConnection]) -> OrganizationConnection:
        connection: OrganizationConnection = self._patch(_at("organization_connections", connection_id), fields)
        return connection

    def delete(self, connection_id: str) -> None:
        """Deletes every calendar that it has connected. Until that is done its state is `removing`."""
        self._delete(_at("organization_connections", connection_id))

    def failures(
        self, connection_id: str, **query: Unpack[ListOrganizationConnectionFailuresQuery]
    ) -> ListOf[OrganizationConnectionFailure]:
        """Users who could not be connected, with the reason and the time of the next try."""
        return ListOf(self._transport, _at("organization_connections", connection_id, "failures"), query)


class Connect(_Resource):
    """Links by which users connect their calendars on a hosted page."""

    def settings(self) -> ConnectSettings:
        settings: ConnectSettings = self._get("/connect_settings")
        return settings

    def update_settings(self, **fields: Unpack[UpdateConnectSettings]) -> ConnectSettings:
        settings: ConnectSettings = self._patch("/connect_settings", fields)
        return settings

    def create_session(self, **fields: Unpack[CreateConnectSession]) -> CreatedConnectSession:
        """Fields are those of `CreateConnectSession`. Only this answer has the link."""
        session: CreatedConnectSession = self._post("/connect_sessions", fields)
        return session

    def get_session(self, session_id: str) -> ConnectSession:
        session: ConnectSession = self._get(_at("connect_sessions", session_id))
        return session


class Webhooks(_Resource):
    """Fields of requests are those of `CreateWebhook`, `UpdateWebhook`, `RotateWebhookSecret` and `ReplayRequest`."""

    def create(self, **fields: Unpack[CreateWebhook]) -> WebhookWithSecret:
        """Only this answer, and that of `rotate_secret`, has the secret."""
        webhook: WebhookWithSecret = self._post("/webhooks", fields)
        return webhook

    def list(self, **query: Unpack[ListWebhooksQuery]) -> ListOf[Webhook]:
        return ListOf(self._transport, "/webhooks", query)

    def get(self, webhook_id: str) -> Webhook:
        webhook: Webhook = self._get(_at("webhooks", webhook_id))
        return webhook

    def update(self, webhook_id: str, **fields: Unpack[UpdateWebhook]) -> Webhook:
        webhook: Webhook = self._patch(_at("webhooks", webhook_id), fields)
        return webhook

    def delete(self, webhook_id: str) -> None:
        self._delete(_at("webhooks", webhook_id))

    def rotate_secret(self, webhook_id: str, **fields: Unpack[RotateWebhookSecret]) -> WebhookWithSecret:
        webhook: WebhookWithSecret = self._post(_at("webhooks", webhook_id, "rotate_secret"), fields)
        return webhook

    def test(self, webhook_id: str) -> Delivery:
        delivery: Delivery = self._post(_at("webhooks", webhook_id, "test"))
        return delivery

    def deliveries(self, webhook_id: str, **filters: Unpack[ListWebhookDeliveriesQuery]) -> ListOf[Delivery]:
        return ListOf(self._transport, _at("webhooks", webhook_id, "deliveries"), filters)

    def redeliver(self, webhook_id: str, delivery_id: str) -> Delivery:
        delivery: Delivery = self._post(_at("webhooks", webhook_id, "deliveries", delivery_id, "redeliver"))
        return delivery

    def replay(self, webhook_id: str, **fields: Unpack[ReplayRequest]) -> ReplayResult:
        replayed: ReplayResult = self._post(_at("webhooks", webhook_id, "replay"), fields)
        return replayed


class Kalends:
    """A project of Kalends.

    url: address of your Kalends, without /api/v1; default: the environment variable KALENDS_URL.
    api_key: API key of the project; default: the environment variable KALENDS_API_KEY.
    retries: how often a request is sent again. Only what is safe to repeat: every POST carries an Idempotency-Key.
    timeout: seconds until an attempt is given up.
    """

    def __init__(
        self, url: str | None = None, api_key: str | None = None, *, retries: int = 4, timeout: float = 30.0
    ) -> None:
        transport = Transport(url, api_key, retries=retries, timeout=timeout)
        self.calendars = Calendars(transport)
        self.accounts = Accounts(transport)
        self.oauth_apps = OAuthApps(transport)
        self.organization_connections = OrganizationConnections(transport)
        self.connect = Connect(transport)
        self.events = Events(transport)
        self.content_policy = Policy(transport)
        self.changes = Changes(transport)
        self.bots = Bots(transport)
        self.bot_rules = Rules(transport)
        self.webhooks = Webhooks(transport)
        self._transport = transport

    def free_busy(
        self,
        *,
        from_: Time,
        to: Time,
        calendar_ids: Sequence[str] | None = None,
        attendees: Sequence[str] | None = None,
    ) -> FreeBusy:
        """When calendars or people are busy. Without events, and without their content.

        Either `calendar_ids` or `attendees`, addresses of accounts.
        """
        query = {"from": from_, "to": to, "calendar_ids": calendar_ids, "attendees": attendees}
        busy: FreeBusy = self._transport.send("GET", "/free_busy", query=query)
        return busy
