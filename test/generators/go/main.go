// Lists, pages, changes a calendar and creates an endpoint with the client that oapi-codegen makes.
package main

import (
	"context"
	"encoding/json"
	"log"
	"net/http"
	"net/url"
	"os"

	"kalends.example/generated/kalends"
)

type report struct {
	Names    []string          `json:"names"`
	Pages    int               `json:"pages"`
	Metadata *kalends.Metadata `json:"metadata"`
	Secret   string            `json:"secret"`
	Missing  string            `json:"missing"`
}

func main() {
	ctx := context.Background()
	calendarID := os.Getenv("CALENDAR_ID")
	authorize := func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", "Token "+os.Getenv("KALENDS_API_KEY"))
		return nil
	}
	client, err := kalends.NewClientWithResponses(os.Getenv("KALENDS_URL"), kalends.WithRequestEditorFn(authorize))
	check(err)
	found, err := client.GetCalendarWithResponse(ctx, calendarID)
	check(err)
	if found.JSON200 == nil || found.JSON200.State != kalends.CalendarStateConnected || found.JSON200.SyncError != nil {
		log.Fatalf("the calendar is not connected: %s", found.Body)
	}

	var result report
	ordering, limit := kalends.StartTimeAscending, 50
	query := kalends.ListCalendarEventsParams{CalendarId: &calendarID, Ordering: &ordering, Limit: &limit}
	for more := true; more; {
		page, err := client.ListCalendarEventsWithResponse(ctx, &query)
		check(err)
		if page.JSON200 == nil {
			log.Fatalf("no page: %s", page.Body)
		}
		for _, event := range page.JSON200.Results {
			if event.StartTime.IsZero() || event.EndDate != nil {
				log.Fatalf("times of %s", event.Id)
			}
			result.Names = append(result.Names, *event.Name)
		}
		result.Pages++
		if more = page.JSON200.Next != nil; more {
			next, err := url.Parse(*page.JSON200.Next)
			check(err)
			cursor := next.Query().Get("cursor")
			query.Cursor = &cursor
		}
	}

	metadata := kalends.Metadata{"made": "by oapi-codegen"}
	changed, err := client.UpdateCalendarWithResponse(ctx, calendarID, kalends.UpdateCalendar{Metadata: &metadata})
	check(err)
	if changed.JSON200 == nil {
		log.Fatalf("not changed: %s", changed.Body)
	}
	result.Metadata = changed.JSON200.Metadata
	body := kalends.CreateWebhook{
		Url:      os.Getenv("RECEIVER"),
		Triggers: []kalends.WebhookTrigger{kalends.WebhookTriggerCalendarEventsUpdate},
	}
	webhook, err := client.CreateWebhookWithResponse(ctx, nil, body)
	check(err)
	if webhook.JSON201 == nil {
		log.Fatalf("no endpoint: %s", webhook.Body)
	}
	result.Secret = webhook.JSON201.Secret
	missing, err := client.GetCalendarWithResponse(ctx, "cal_0000000000000000")
	check(err)
	result.Missing = missing.JSON404.Error
	check(json.NewEncoder(os.Stdout).Encode(result))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
