"""What the heads of columns, the headings of notes and the titles of callouts mean, in Chinese and in English."""

import re
import unicodedata
from functools import cache

LANGUAGES = {
    "zh": ("zh", "cn", "zhcn", "中文", "汉语", "chinese"),
    "en": ("en", "英文", "英语", "english"),
}
MEANINGS = {
    "name": "name term word entry concept title 术语 名称 名词 名字 词条 词 概念 名",
    "aliases": "aliases alias synonyms synonym alsocalled alsoknownas abbreviation abbreviations othernames "
    "别名 缩写 简称 又名 又称 也叫 其他名称 同义词",
    "plain": "plain plainwords inplainwords simple simply everyday everydaywords ineverydaywords intuition "
    "大白话 大白话解释 白话 白话解释 通俗解释 通俗 简单解释 直觉",
    "exact": "exact exactly exactwords inexactwords precise precisely formal technical exactdefinition formaldefinition "
    "专业解释 专业定义 准确定义 精确定义 严格定义 准确解释 准确的说法 正式定义",
    "definition": "definition meaning description explanation back 定义 释义 解释 说明 背面",
    "example": "example examples sentence usage 例子 例句 示例 举例",
    "formula": "formula tex latex 公式",
    "group": "group category class section deck shelf 分组 组 类别 分类 类目",
    "tags": "tags tag 标签",
    "see_also": "seealso related 相关 参见 另见 关联 相关术语",
    "id": "id",
}
WORDS = {word: column for column, words in MEANINGS.items() for word in words.split()} | {"front": "name", "正面": "name"}
BRACKETS = re.compile(r"[（(]([^（()）]*)[）)]")


def squeezed(text: str) -> str:
    """Letters and digits alone, folded: the form in which two spellings are one, blanks, hyphens and signs aside."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


@cache
def column(head: str) -> str | None:
    """The column that a head names: `plain`, or `plain.zh` if it says the language; None if it names none."""
    whole = squeezed(head)
    for form in (whole, squeezed(BRACKETS.sub("", head))):
        if form in WORDS:
            said = [language for language, words in LANGUAGES.items() if any(squeezed(b) in words for b in BRACKETS.findall(head))]
            return f"{WORDS[form]}.{said[0]}" if said else WORDS[form]
    for language, words in LANGUAGES.items():
        for word in words:
            for rest in (whole.removeprefix(word), whole.removesuffix(word)):
                if rest != whole and (rest in WORDS or not rest):
                    return f"{WORDS.get(rest, 'name')}.{language}"
    return None
