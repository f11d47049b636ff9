import type { Agent } from "../types.ts";
import { newId } from "./secrets.ts";

/** What one person answers at a time without losing the thread; an admin changes it for each. */
const CAPACITY = 10;

type Given = Pick<Agent, "name" | "kind" | "roles" | "queues" | "available"> &
  Partial<Pick<Agent, "_id" | "email" | "tier" | "languages" | "capacity" | "passwordHash">>;

/** A complete agent document with the defaults of a new one. */
export function newAgent(given: Given): Agent {
  const now = new Date();
  return {
    _id: newId(),
    tier: "L1",
    languages: [],
    capacity: CAPACITY,
    ...given,
    assignedAt: now,
    assignments: 0,
    version: 1,
    createdAt: now,
  };
}
