/** Fits beside a message, and into every file system. Characters. */
const LONGEST = 120;
const LONGEST_EXTENSION = 10;

/**
 * The name under which a file is shown and saved: no path, no control or invisible characters, nothing that turns the
 * direction of the text round (`exe.fdp` for `pdf.exe`), no leading dot.
 */
export function displayName(name: string): string {
  const shown = (name.split(/[/\\]/).at(-1) ?? "")
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Surrogate}\p{Zl}\p{Zp}]/gu, "")
    .replace(/[<>:"|?*]/g, "_")
    .normalize("NFC")
    .replace(/^[\s.]+|[\s.]+$/g, "");
  if (shown === "") return "file";
  const letters = [...shown];
  if (letters.length <= LONGEST) return shown;
  const extension = /\.[^.]+$/.exec(shown)?.[0] ?? "";
  const kept = extension.length <= LONGEST_EXTENSION ? extension : "";
  return letters.slice(0, LONGEST - kept.length).join("") + kept;
}
