"""Words that are not names: of descent, articles, titles, marks of a kunya. As folded. Pure."""

from __future__ import annotations

from typing import Final

from exchange.matching.fold import fold


def _words(said: str) -> frozenset[str]:
    return frozenset(fold(word) for word in said.split())


SONS: Final = _words(
    "bin ben ibn ebn bint bent bnt binti ould oulad wuld uld wold wld walad weld mint bni bani beni ibnou ibnu b "
    "بن ابن بنت ابنة ولد منت بني"
)
PLAIN_ARTICLES: Final = _words("al el ul il l ال")
ARTICLES: Final = PLAIN_ARTICLES | _words(
    "as es az ez an en ad ed ar er at et ash ech esh ach ath adh us uz un ud ur ut ush"
)
"""Those that are assimilated count only before the letter that they took."""
OTHERS: Final = _words(
    "de du des di da le la les ait aal and w wa o of van von alias aka dit dite nee ne called known "
    "المدعو المدعوة الملقب الملقبة المكنى المكناة المعروف الشهير لقبه لقبها كنيته وشهرته ايت آيت آل"
)
FATHERS: Final = _words("abu abou abo aboo abi aba abul aboul bou bu بو أبو أبي أبا")
MOTHERS: Final = _words("umm um oum om oumm umma ummu أم")
TITLES: Final = _words(
    "haji hajji hajj hadji hadj haj hag elhadj alhaj alhaji mullah mulla mollah molla maulavi mawlawi maulvi molvi "
    "mawlavi moulavi maulawi maulana mawlana sheikh shaykh shaikh cheikh sheik cheick sheykh dr doctor docteur prof "
    "professor professeur mr mrs ms miss mister sir lord general gen lt col colonel brig brigadier maj major capt "
    "captain qari kari ustad ostad ustadh ayatollah imam sidi lalla prince princess emir eng engineer his her "
    "excellency akhund akhond الحاج الحاجة حاج حاجي الشيخ شيخ الشيخة السيد السيدة الدكتور الدكتورة دكتور الملا ملا "
    "مولوي الأمير الأميرة الأستاذ القاري قاري اللواء العميد العقيد المقدم الرائد النقيب المهندس سيدي مولانا اخوند استاد"
)
GOD: Final = _words("allah ullah oullah ellah alla ulla illah ollah allaah الله")
FAITH: Final = _words("din dine deen dyn eddine eddin uddin aldin addin oddin addine udin edine ddin aldeen الدين دين")
FAITH_NAMES: Final = _words(
    "nour nur noor nor noure salah sala saleh badr bader bedr shams chams chems shems ala alaa izz ezz azz sayf saif "
    "seif seyf zain zayn zein zine zin muhi mohi mohy muhiy mahi mouhi fakhr fakher majd madjd mejd kamal kamel nasr "
    "naser nasir nacer nasser nacir khair khayr kheir kheyr jamal djamal gamal jalal djalal galal jelal hossam husam "
    "hussam houssam hisam shihab chihab shahab chehab sirag siraj serag seraj sadr taj tadj taqi taki burhan borhan "
    "bourhan imad emad rukn rokn shuja najm nejm nadjm bahaa baha diya dia zia ziya rashid qutb nizam nezam fasih "
    "amin saad saadd sharaf charaf"
)
"""First parts of names in -din that are taken apart though one d is written."""
