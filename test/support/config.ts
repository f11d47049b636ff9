/** One web chat, always open, with room for what a test sends; add lines for what it is about. */
export function roomy(more = ""): string {
  return `
languages: { default: en }
timeZone: Africa/Nairobi
inboxes:
  website:
    channel: webchat
    name: Website
    queue: support
    limits: { messages: 100000, messagesPerAddress: 100000, uploads: 10000, uploadsPerAddress: 10000, connectionsPerAddress: 100000 }
${more}`;
}
