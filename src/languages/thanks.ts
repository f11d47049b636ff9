/** More words than this say more than thanks. */
const MOST_WORDS = 8;

const THANKS = words(`
  thanks thank thankyou thx ty tnx cheers
  merci mercii remerciements
  bedankt dank dankjewel dankuwel dankje
  asante asanteni shukrani shukran nashukuru tunashukuru`);

/** Said with thanks; alone they thank for nothing. */
const COMPANY = words(`
  you u ya so very much many a lot lots again all the team for your help kind kindly quick fast reply answer support
  great perfect super ok okay good nice excellent wonderful bye goodbye have day one too everyone guys hi hello appreciated best regards
  beaucoup bien mille fois infiniment vous toi tout toute l equipe pour votre ton ta aide reponse rapide a bonne journee soiree
  au revoir parfait genial tres d accord bonjour cordialement
  je jij u jullie wel hartelijk heel erg hoor voor de het uw je hulp snelle antwoord reactie prima top fijne dag nog goed tot ziens groetjes groeten
  sana kwa msaada wako wenu jibu haraka nzuri sawa kila la heri siku njema rafiki mungu akubariki karibu poa`);

const KINDLY = /[👍👌🙏🤝👏🙌🎉✅💯❤💙💚💛🧡💜🖤🤍♥☺😀😁😃😄😊🙂😍🥰🤗😇😉✌👋🌹💐🌸]/gu;
const MODIFIERS = /[\u{1F3FB}-\u{1F3FF}\u{FE0E}\u{FE0F}\u{200D}]/gu;

/** Whether a message only thanks, so that it asks for no answer. In doubt it does not. */
export function isThanks(text: string): boolean {
  const plain = text
    .toLowerCase()
    .replace(MODIFIERS, "")
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "");
  const rest = plain.replace(KINDLY, " ");
  if (/[?\d]|\p{Extended_Pictographic}/u.test(rest)) return false;
  const said = rest.match(/\p{L}+/gu) ?? [];
  if (said.length === 0) return rest !== plain;
  return (
    said.length <= MOST_WORDS &&
    said.some((word) => THANKS.has(word)) &&
    said.every((word) => THANKS.has(word) || COMPANY.has(word))
  );
}

function words(list: string): Set<string> {
  return new Set(list.trim().split(/\s+/));
}
