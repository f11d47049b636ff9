import { type AcknowledgementTexts, acknowledgementText } from "./acknowledgement/text.ts";
import type { AcknowledgementFacts, Settings } from "./core.ts";
import { type CalendarSettings, createCalendar, type ResponseTime } from "./promise/calendar.ts";
import { roundedUp } from "./promise/wording.ts";

type Hours = CalendarSettings["hours"];

/** What of the configuration the gateway itself goes by. */
interface Configured {
  version: string;
  organisation?: string | undefined;
  languages: { default: string; offered: string[] };
  timeZone: string;
  hours: Hours;
  holidays: CalendarSettings["holidays"];
  firstResponse: ResponseTime;
  acknowledgeWithin: number;
  acknowledgementsPerHour: number;
  reopenWithin: number;
  inboxes: Record<string, { name: string; channel: string; queue: string }>;
  queues: Record<
    string,
    {
      name?: string | undefined;
      tier: string;
      hours?: Hours | undefined;
      firstResponse?: ResponseTime | undefined;
    }
  >;
  texts: Record<string, AcknowledgementTexts>;
}

/** The configuration as the gateway asks it: calendars instead of hours, maps instead of blocks. */
export function settingsFrom(configured: Configured): Settings {
  const calendarOf = (hours: Hours | undefined) =>
    createCalendar({ timeZone: configured.timeZone, hours: hours ?? configured.hours, holidays: configured.holidays });
  const calendars = new Map(Object.entries(configured.queues).map(([id, { hours }]) => [id, calendarOf(hours)]));
  return {
    version: configured.version,
    ...(configured.organisation && { organisation: configured.organisation }),
    languages: { fallback: configured.languages.default, offered: configured.languages.offered },
    timeZone: configured.timeZone,
    acknowledgeWithin: configured.acknowledgeWithin,
    acknowledgementsPerHour: configured.acknowledgementsPerHour,
    reopenWithin: configured.reopenWithin,
    inboxes: new Map(
      Object.entries(configured.inboxes).map(([id, { name, channel, queue }]) => [
        id,
        { name, channel, queue, isOpen: (at) => calendars.get(queue)?.isOpen(at) ?? true },
      ]),
    ),
    queues: new Map(
      Object.entries(configured.queues).map(([id, { name, tier, firstResponse, hours }]) => {
        const calendar = calendars.get(id) ?? calendarOf(hours);
        const promise = firstResponse ?? configured.firstResponse;
        return [
          id,
          { name: name ?? capitalized(id), tier, firstAnswerBy: (at) => roundedUp(calendar.add(at, promise)) },
        ];
      }),
    ),
  };
}

function capitalized(id: string): string {
  return id.charAt(0).toUpperCase() + id.slice(1);
}

/** The acknowledgement's words, made from the operator's texts. */
export function acknowledgementFrom(
  { organisation, timeZone, texts }: Configured,
  now: () => Date,
): (facts: AcknowledgementFacts) => string {
  return (facts) => acknowledgementText({ ...facts, organisation, timeZone, texts, now: now() });
}
