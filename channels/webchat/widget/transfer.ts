import type { WireError, WireFile } from "./wire.ts";

/** What the gateway takes; refused here already, before anything is sent. */
export const LARGEST_FILE = 10 * 1024 * 1024;

/** Uploads one file, reporting how far it is, from 0 to 1; rejects with the gateway's error or `offline`. */
export function upload(base: URL, token: string, file: File, progress: (part: number) => void): Promise<WireFile> {
  return new Promise((resolve, reject: (error: WireError) => void) => {
    // fetch reports no progress of what it sends.
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("file", file, file.name);
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onload = () => {
      const body = parsed(request.responseText);
      if (request.status === 201) resolve(body as WireFile);
      else reject((body as { error?: WireError }).error ?? { code: "internal", message: request.statusText });
    };
    request.onerror = () => reject({ code: "offline", message: "" });
    request.open("POST", new URL("channels/webchat/files", base));
    request.setRequestHeader("authorization", `Bearer ${token}`);
    request.send(form);
  });
}

/** Saves a file of the conversation; rejects when the gateway does not give it. */
export async function download(base: URL, token: string, file: WireFile): Promise<void> {
  const response = await fetch(new URL(`channels/webchat/files/${encodeURIComponent(file.id)}`, base), {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!response.ok) throw new Error(response.statusText);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
