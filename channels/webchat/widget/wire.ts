/** What travels between the widget and the gateway; dates are ISO 8601. */

export interface WireFile {
  id: string;
  name: string;
  type: string;
  size: number;
}

export interface WireMessage {
  id: string;
  seq: number;
  previous: number;
  from: "customer" | "agent" | "gateway";
  agentName?: string;
  text: string;
  files: WireFile[];
  at: string;
}

export interface WireTicket {
  number: number;
  status: "new" | "open" | "waiting" | "resolved" | "closed";
  expectedBy?: string;
}

export interface WireSession {
  token: string;
  visitor: string;
  inbox: string;
  name: string;
  languages: string[];
  open: boolean;
}

export interface WireError {
  code: string;
  message: string;
}

/** What every event of ours is answered with. */
export type Answer<T = object> = ({ ok: true } & T) | { ok: false; error: WireError };
