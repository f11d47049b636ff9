/** What the API and the socket say: JSON, so every time is an ISO string. */
import type { EventView, MessageView, TicketSummary } from "../../tickets/views.ts";
import type { Attachment } from "../../types.ts";

export type { EventView, MessageView, TicketSummary };
export type FileView = Attachment;
export type TicketStatus = TicketSummary["status"];
export type DeliveryState = MessageView["state"];

/** Anything that has an id and a name: an agent, a queue. */
export interface Named {
  id: string;
  name: string;
}

interface ContactView {
  id: string;
  name?: string;
  email?: string;
  addresses: string[];
  language?: string;
  createdAt: string;
}

export interface TicketView extends Omit<TicketSummary, "contact"> {
  participants: { address: string; role: string }[];
  contact: ContactView;
  conversation: { timeZone?: string; language: string };
  linkedTo?: number;
}

export interface AgentView {
  id: string;
  name: string;
  email?: string;
  kind: "person" | "program";
  roles: ("admin" | "agent")[];
  tier: string;
  queues: string[];
  languages: string[];
  capacity: number;
  available: boolean;
  online: boolean;
  load: number;
  disabled?: boolean;
}

export interface SessionView {
  agent: AgentView;
  queues: Named[];
  inboxes: (Named & { channel: string })[];
  languages: string[];
}

export interface Counts {
  mine: number;
  queues: number;
  all: number;
  waiting: number;
}

export interface KeyView {
  id: string;
  name: string;
  createdAt: string;
  lastUsedAt?: string;
}

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** Which tickets a list shows. */
export type ViewName = "waiting" | "mine" | "queues" | "all";
export type StatusFilter = "unsolved" | "resolved" | "closed";
