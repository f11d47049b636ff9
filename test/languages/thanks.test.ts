import { describe, expect, test } from "@jest/globals";
import { isThanks } from "../../src/languages/thanks.ts";

describe("a message that only thanks", () => {
  test.each([
    ["Thanks!"],
    ["thank you so much"],
    ["THANK YOU!!!"],
    ["Ok, thx 👍"],
    ["Great, thanks for your help!"],
    ["Thank you for the quick reply :)"],
    ["Hi all, thanks, bye"],
    ["Merci beaucoup"],
    ["Merci pour votre aide, bonne journée !"],
    ["Parfait, merci à vous"],
    ["Merci pour la réponse rapide"],
    ["Bedankt!"],
    ["Hartelijk dank voor uw hulp"],
    ["Dank je wel, fijne dag nog"],
    ["dankjewel 🙏🏽"],
    ["Asante"],
    ["Asante sana kwa msaada wako"],
    ["Shukrani 🙏"],
    ["Sawa, asante"],
    ["👍"],
    ["👍🏿 ❤️"],
    ["  thanks\n"],
  ])("is one: %j", (text) => {
    expect(isThanks(text)).toBe(true);
  });

  test.each([
    ["thanks, but it is still broken"],
    ["Thanks. When will it arrive?"],
    ["Thanks! My order number is 12345"],
    ["no thanks, I want my money back"],
    ["Thanks for nothing"],
    ["thanks 😡"],
    ["👎"],
    ["👍👎"],
    ["Merci, mais ça ne marche toujours pas"],
    ["Merci de me rappeler"],
    ["Bedankt, maar het werkt niet"],
    ["Asante, lakini bado haifanyi kazi"],
    ["ok"],
    ["Great"],
    ["hello"],
    ["good day to you all"],
    ["?"],
    ["..."],
    [""],
    ["thanks thanks thanks thanks thanks thanks thanks thanks thanks"],
    ["thanks ".repeat(200_000)],
    ["constructor"],
  ])("is none: %j", (text) => {
    expect(isThanks(text)).toBe(false);
  });
});
