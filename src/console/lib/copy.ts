/** Copies a text; without the clipboard's permission (or https) it is selected in a field that is then removed. */
export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    // Inside an open dialog, or its focus trap would take the selection back.
    (document.querySelector("[role=dialog]") ?? document.body).append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
}
