"""Common names that belong to nobody, each in five styles, with their skeletons: given names and places of origin."""

from __future__ import annotations

from typing import Final, NamedTuple


class Golden(NamedTuple):
    """One name. French as in the Maghreb, English as in the Gulf, academic, Arabic, Persian or Urdu."""

    skeleton: str
    maghrebi: str
    gulf: str
    academic: str
    arabic: str
    persian: str

    @property
    def spellings(self) -> tuple[str, ...]:
        return self[1:]


GOLDEN: Final = (
    Golden(
        "Crhmn tns", "Abderrahmane Tounsi", "Abdulrahman Al Tunisi",
        "ʿAbd al-Raḥmān al-Tūnisī", "عبد الرحمن التونسي", "عبدالرحمن تونسی",
    ),
    Golden("Ysf ksm", "Youcef Kacem", "Yousif Qasim", "Yūsuf Qāsim", "يوسف قاسم", "یوسف قاسم"),
    Golden(
        "nr dn hSm", "Noureddine Hachemi", "Nour Al Deen Al Hashimi",
        "Nūr al-Dīn al-Hāshimī", "نور الدين الهاشمي", "نورالدین هاشمی",
    ),
    Golden(
        "Ckdr jzr", "Abdelkader Djazaïri", "Abdul Qadir Al Jazairi",
        "ʿAbd al-Qādir al-Jazāʾirī", "عبد القادر الجزائري", "عبدالقادر جزایری",
    ),
    Golden("hsn mgrb", "Houcine Maghribi", "Hussain Al Maghribi", "Ḥusayn al-Maghribī", "حسين المغربي", "حسین مغربی"),
    Golden(
        "jml dn msr", "Djamel Eddine Masri", "Jamal Aldeen Al Masri",
        "Jamāl al-Dīn al-Maṣrī", "جمال الدين المصري", "جمال‌الدین مصری",
    ),
    Golden("xld Sm", "Khaled Chami", "Khalid Al Shami", "Khālid al-Shāmī", "خالد الشامي", "خالد شامی"),
    Golden("Ahmd lb", "Ahmed Libi", "Ahmad Al Libi", "Aḥmad al-Lībī", "أحمد الليبي", "احمد لیبی"),
    Golden("Asmn sdn", "Othmane Soudani", "Othman Al Sudani", "ʿUthmān al-Sūdānī", "عثمان السوداني", "عثمان سودانی"),
    Golden("Abrhm Ymn", "Ibrahim Yamani", "Ebrahim Al Yamani", "Ibrāhīm al-Yamanī", "إبراهيم اليمني", "ابراهیم یمنی"),
    Golden("Asml Ark", "Ismaïl Iraki", "Ismail Al Iraqi", "Ismāʿīl al-ʿIrāqī", "إسماعيل العراقي", "اسماعیل عراقی"),
    Golden(
        "sl dn hlb", "Salah Eddine Halabi", "Salahuddin Al Halabi",
        "Ṣalāḥ al-Dīn al-Ḥalabī", "صلاح الدين الحلبي", "صلاح‌الدین حلبی",
    ),
    Golden(
        "mstf krS", "Mustapha Koraïchi", "Mustafa Al Quraishi",
        "Muṣṭafā al-Qurayshī", "مصطفى القريشي", "مصطفی قریشی",
    ),
    Golden("frd gzl", "Farid Ghazali", "Fareed Al Ghazali", "Farīd al-Ghazālī", "فريد الغزالي", "فرید غزالی"),
    Golden("zkr Ansr", "Zakaria Ansari", "Zakariya Al Ansari", "Zakariyā al-Anṣārī", "زكريا الأنصاري", "زکریا انصاری"),
    Golden("Yh tmm", "Yahia Tamimi", "Yahya Al Tamimi", "Yaḥyā al-Tamīmī", "يحيى التميمي", "یحیی تمیمی"),
    Golden("Cl nj", "Abdellah Nadji", "Abdullah Naji", "ʿAbd Allāh Nājī", "عبد الله ناجي", "عبدالله ناجی"),
    Golden("rSd bxr", "Rachid Boukhari", "Rashid Al Bukhari", "Rashīd al-Bukhārī", "رشيد البخاري", "رشید بخاری"),
    Golden("Srf hsn", "Cherif Hassani", "Sharif Al Hasani", "Sharīf al-Ḥasanī", "شريف الحسني", "شریف حسنی"),
    Golden("tb zhrn", "Tayeb Zahrani", "Tayyib Al Zahrani", "Ṭayyib al-Zahrānī", "طيب الزهراني", "طیب زهرانی"),
    Golden("mxtr hrb", "Mokhtar Harbi", "Mukhtar Al Harbi", "Mukhtār al-Ḥarbī", "مختار الحربي", "مختار حربی"),
    Golden(
        "CAzz Atb", "Abdelaziz Otaïbi", "Abdulaziz Al Otaibi",
        "ʿAbd al-ʿAzīz al-ʿUtaybī", "عبد العزيز العتيبي", "عبدالعزیز عتیبی",
    ),
    Golden(
        "nsr dn rf", "Nasreddine Rifaï", "Nasr Aldin Al Rifai",
        "Naṣr al-Dīn al-Rifāʿī", "نصر الدين الرفاعي", "نصرالدین رفاعی",
    ),
    Golden("hbb krd", "Habib Kordi", "Habib Al Kurdi", "Ḥabīb al-Kurdī", "حبيب الكردي", "حبیب کردی"),
    Golden("gz bgdd", "Ghazi Baghdadi", "Ghazi Al Baghdadi", "Ghāzī al-Baghdādī", "غازي البغدادي", "غازی بغدادی"),
    Golden("jfr sdk", "Djaafar Sadek", "Jaafar Sadiq", "Jaʿfar Ṣādiq", "جعفر صادق", "جعفر صادق"),
)  # fmt: skip
