// What the page says, a table for each language. A key that one of them lacks fails the build.

const en = {
  date: "Date",
  now: "Now",
  showingNow: "Showing: now",
  showing: "Showing: {date}",
  loading: "Loading {date} …",
  language: "中文",
  features: "{count} features",
  failed: "Could not be loaded",
  table: "table",
  hasTime: "changes with the date",
  nothing: "Nothing here on this date.",
  close: "Close",
  unreachable: "The server does not answer.",
};

type Words = Record<keyof typeof en, string>;

const zh: Words = {
  date: "日期",
  now: "现在",
  showingNow: "显示：现在",
  showing: "显示：{date}",
  loading: "正在载入 {date} …",
  language: "English",
  features: "{count} 个要素",
  failed: "无法载入",
  table: "表格",
  hasTime: "随日期变化",
  nothing: "该日期此处没有要素。",
  close: "关闭",
  unreachable: "服务器没有响应。",
};

export type Language = "en" | "zh";

const tables: Record<Language, Words> = { en, zh };

/** The language of the page: the one chosen before, else the browser's. */
export function firstLanguage(): Language {
  const chosen = localStorage.getItem("language");
  if (chosen === "en" || chosen === "zh") return chosen;
  return navigator.language.startsWith("zh") ? "zh" : "en";
}

/** A text with its `{places}` filled. */
export function say(language: Language, key: keyof Words, fill: Record<string, string> = {}): string {
  return tables[language][key].replace(/\{(\w+)\}/g, (_, name: string) => fill[name] ?? "");
}

/** A title in the language, else in the other. */
export function title(texts: { zh?: string; en?: string } | undefined, language: Language): string {
  if (!texts) return "";
  return (language === "zh" ? (texts.zh ?? texts.en) : (texts.en ?? texts.zh)) ?? "";
}
