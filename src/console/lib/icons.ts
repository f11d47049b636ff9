/** Line icons on a grid of 24, as path data. */
export const ICONS = {
  alert: "M12 4 2.8 19.5h18.4L12 4zM12 10v4M12 17h.01",
  attach: "M20 11.5 12 19.4a5 5 0 0 1-7-7l8.2-8.1a3.3 3.3 0 0 1 4.7 4.7l-8 8a1.6 1.6 0 0 1-2.4-2.3l7.3-7.2",
  back: "M15 5l-7 7 7 7",
  chat: "M4 19.5V6a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v8.5a2 2 0 0 1-2 2H8z",
  check: "M5 12.5l4.5 4.5L19 7.5",
  checks: "M2.5 12.5 7 17l8.5-9.5M11.5 16l1 1L21.5 7.5",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7.5V12l3 2",
  close: "M6 6l12 12M18 6 6 18",
  copy: "M9 9h10v11H9zM5 15V4h10",
  details: "M4 5h16v14H4zM14.5 5v14",
  dots: "M5 12h.01M12 12h.01M19 12h.01",
  down: "M6 9.5l6 6 6-6",
  download: "M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 20h14",
  event: "M12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  hand: "M4 12h14M13 6l6 6-6 6",
  inbox: "M3.5 13.5 6 5h12l2.5 8.5V19h-17zM3.5 13.5H9a3 3 0 0 0 6 0h5.5",
  key: "M14.5 4a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM10.5 13.5 3 21M6 18l2.5 2.5",
  layers: "M12 3.5 3 8.5l9 5 9-5zM3 13l9 5 9-5M3 17l9 5 9-5",
  mail: "M3 5.5h18v13H3zM3.5 6.5 12 13l8.5-6.5",
  note: "M6.5 11h11v9h-11zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  people:
    "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M16 11a3 3 0 1 0-1.5-5.6M18 14.5a5.5 5.5 0 0 1 3.5 5.5",
  person: "M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5a7.5 7.5 0 0 1 15 0",
  phone:
    "M5 3.5h3.5l2 5L8 10.5a12 12 0 0 0 5.5 5.5l2-2.5 5 2V19a1.8 1.8 0 0 1-2 1.5A16.5 16.5 0 0 1 3.5 5.5 1.8 1.8 0 0 1 5 3.5z",
  plus: "M12 5v14M5 12h14",
  question: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.5 9.5a2.5 2.5 0 1 1 3.5 2.300c-.7.4-1 .8-1 1.700M12 16.5h.01",
  reopen: "M4.5 12a7.5 7.5 0 1 0 2.5-5.600M4 3.5v4h4",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 20.5 20.5",
  send: "M4 12 20 4.5 15.5 20 11 13z",
  sms: "M8 3h8v18H8zM11 18h2",
  waiting: "M7 3.5h10M7 20.5h10M8 3.5c0 5 8 5.5 8 8.5s-8 3.5-8 8.5M16 3.5c0 5-8 5.5-8 8.5s8 3.5 8 8.5",
} as const;

export type IconName = keyof typeof ICONS;

const CHANNELS: Record<string, IconName> = {
  webchat: "chat",
  email: "mail",
  sms: "sms",
  voice: "phone",
  whatsapp: "chat",
};

/** The icon of a channel; an inbox for one that is new here. */
export const channelIcon = (channel: string): IconName => CHANNELS[channel] ?? "inbox";
