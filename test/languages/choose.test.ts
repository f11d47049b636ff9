import { describe, expect, test } from "@jest/globals";
import { chooseLanguage } from "../../src/languages/choose.ts";

const OFFERED = ["en", "fr", "nl", "sw"];

function choose(text: string, set?: string, offered = OFFERED, fallback = "en") {
  return chooseLanguage({ text, offered, fallback, set });
}

describe("a customer is answered in", () => {
  test.each([
    ["fr", OFFERED, "fr"],
    ["FR", OFFERED, "fr"],
    ["fr-BE", OFFERED, "fr"],
    ["nl_NL", OFFERED, "nl"],
    ["sw-KE-x-own", OFFERED, "sw"],
    ["fra", OFFERED, "fr"],
    ["pt", ["en", "pt-BR"], "pt-BR"],
    ["pt-PT", ["en", "pt-BR"], "pt-BR"],
    ["pt-BR", ["pt", "pt-BR"], "pt-BR"],
    ["zh-Hant-TW", ["en", "zh-Hans", "zh-Hant"], "zh-Hant"],
  ])("the language they set: %s, of %j: %s", (set, offered, language) => {
    expect(choose("Where is my order?", set, offered)).toEqual({ language, how: "set" });
  });

  test.each([["de"], ["xx"], [""], ["*"], ["constructor"], ["en'--"], ["\u0000"], ["x".repeat(10_000)]])(
    "the language they write in when the one they set is not offered: %j",
    (set) => {
      expect(choose("Waar blijft mijn bestelling?", set)).toEqual({ language: "nl", how: "detected" });
    },
  );

  test.each([
    ["en", "Hi, I need help"],
    ["en", "My order has not arrived"],
    ["en", "I can't log in"],
    ["en", "Do you ship to Kenya?"],
    ["en", "thank you for your help yesterday"],
    ["en", "The payment failed twice but money was taken from my account"],
    ["fr", "Bonjour, j'ai besoin d'aide"],
    ["fr", "Bonjour, j’ai besoin d’aide"],
    ["fr", "Où est ma facture ?"],
    ["fr", "mot de passe oublié"],
    ["fr", "internet ne marche plus"],
    ["fr", "salut ca marche pas"],
    ["nl", "Hallo, ik heb hulp nodig"],
    ["nl", "Mijn bestelling is niet aangekomen"],
    ["nl", "Is daar iemand?"],
    ["nl", "Wanneer komt mijn pakje?"],
    ["sw", "Habari, naomba msaada"],
    ["sw", "Siwezi kuingia"],
    ["sw", "Intaneti haifanyi kazi"],
    ["sw", "Tafadhali nipigie simu"],
    ["sw", "Nimelipa lakini sijapata bidhaa yangu"],
  ])("%s for what they write: %s", (language, text) => {
    expect(choose(text, undefined, OFFERED, "xx")).toEqual({ language, how: "detected" });
  });

  test.each([
    ["hello"],
    ["ok"],
    [""],
    ["   \n"],
    ["12345"],
    ["👍"],
    ["https://example.org/the/order/of/the/day"],
    ["the@order.and.is.not"],
    ["SKU-123 NOK"],
    ["Guten Tag, meine Bestellung ist nicht angekommen"],
    ["Hola, necesito ayuda con mi pedido"],
    ["Il mio ordine non è arrivato"],
    ["Dzień dobry, moje zamówienie nie dotarło"],
    ["مرحبا، أين طلبي؟"],
    ["你好，我的订单没有到"],
    ["\ud800\udfff\ud800"],
  ])("the fallback when nothing tells an offered language: %j", (text) => {
    expect(choose(text, undefined, OFFERED, "fr")).toEqual({ language: "fr", how: "fallback" });
  });

  test("a regional form, where only that is offered", () => {
    expect(choose("Bonjour, j'ai besoin d'aide", undefined, ["en-GB", "fr-BE"])).toEqual({
      language: "fr-BE",
      how: "detected",
    });
  });

  test("the fallback, quickly, for a megabyte of anything", () => {
    for (const text of ["a".repeat(1_000_000), ".".repeat(1_000_000), "xq@".repeat(300_000), "zorb ".repeat(200_000)]) {
      const started = performance.now();
      choose(text);
      expect(performance.now() - started).toBeLessThan(500);
    }
  });
});
