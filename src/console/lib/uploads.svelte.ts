import { post } from "./api.ts";
import { fileSize } from "./format.ts";
import { t } from "./i18n.svelte.ts";
import { complain, explain } from "./toasts.svelte.ts";
import type { FileView } from "./types.ts";

/** The server's own limit: what is larger need not be sent to be refused. */
const LARGEST = 10 * 1024 * 1024;

/** Files on their way. */
export interface Uploads {
  /** Names of what is on its way. */
  readonly under: string[];
  add(files: Iterable<File>): Promise<void>;
}

/** Uploads files at once, before the message is sent, and hands over each that is stored. */
export function createUploads(stored: (file: FileView) => void): Uploads {
  let under = $state<string[]>([]);

  async function upload(file: File): Promise<void> {
    const reason = file.size > LARGEST ? t("composer.tooLarge", { size: fileSize(LARGEST) }) : await send(file);
    if (reason) complain(t("composer.uploadFailed", { name: file.name, reason }));
  }

  async function send(file: File): Promise<string | null> {
    under = [...under, file.name];
    try {
      const form = new FormData();
      form.append("file", file);
      stored(await post<FileView>("/files", form));
      return null;
    } catch (error) {
      return explain(error);
    } finally {
      under = under.toSpliced(under.indexOf(file.name), 1);
    }
  }

  return {
    get under() {
      return under;
    },
    add: async (files) => {
      await Promise.all([...files].map(upload));
    },
  };
}
