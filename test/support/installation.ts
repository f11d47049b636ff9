import { type Database, openDatabase } from "./database.ts";
import { type Gateway, type GatewayOptions, startGateway } from "./gateway.ts";

/** Several processes of one installation, as an operator scales out. */
export interface Installation {
  database: Database;
  webs: Gateway[];
  workers: Gateway[];
  stop(): Promise<void>;
}

/** Starts so many `web` and `worker` processes on one new database. */
export async function startInstallation(
  counts: { webs: number; workers: number },
  options: Omit<GatewayOptions, "roles" | "database"> = {},
): Promise<Installation> {
  const database = await openDatabase();
  const start = (role: string) => startGateway({ ...options, database, roles: [role] });
  const all: Gateway[] = [];
  const stop = async () => {
    await Promise.all(all.map((gateway) => gateway.stop()));
    await database.close();
  };
  try {
    // The first alone: it makes the indexes and the admin, as on a first day.
    all.push(await start("web"));
    all.push(
      ...(await Promise.all(
        [...Array(counts.webs - 1).fill("web"), ...Array(counts.workers).fill("worker")].map(start),
      )),
    );
  } catch (fault) {
    await stop();
    throw fault;
  }
  return { database, webs: all.slice(0, counts.webs), workers: all.slice(counts.webs), stop };
}
