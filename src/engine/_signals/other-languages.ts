/** What German, French, Spanish, Portuguese, Italian, Japanese, Chinese and Russian messages say of a failure: runtimes and databases speak the language of their machine, teams their own. */
import type { SymptomClass } from '../../domain/symptom.ts';

/** First that fits; words that in these languages mean this failure and nothing else. */
const RULES: readonly { readonly class: SymptomClass; readonly when: RegExp }[] = [
  {
    class: 'out-of-memory',
    when: /nicht gen(ü|ue)gend (haupt)?speicher|speicher (ist )?(ersch(ö|oe)pft|voll)|m(é|e)moire (insuffisante|(é|e)puis(é|e)e)|memoria (insuficiente|agotada|esaurita)|メモリ(が)?不足|内存(不足|溢出)|недостаточно памяти/i,
  },
  {
    class: 'disk-full',
    when: /kein (freier )?speicherplatz|(datentr(ä|ae)ger|festplatte|platte) (ist )?voll|espace (disque )?insuffisant|aucun espace disponible|no queda espacio|disco lleno|spazio (su disco )?(esaurito|insufficiente)|空き容量がありません|ディスク容量|磁盘空间不足|磁盘已满|нет места на/i,
  },
  {
    class: 'certificate',
    when: /zertifikat|certificat\b|certificado|証明書|证书|сертификат/i,
  },
  {
    class: 'dns',
    when: /name (oder dienst )?nicht bekannt|host(name)? .{0,60}nicht (aufgel(ö|oe)st|gefunden)|nom ou service inconnu|nombre o servicio desconocido|名前解決|ホストが見つかりません|无法解析|域名解析失败/i,
  },
  {
    class: 'pool-exhausted',
    when: /zu viele (verbindungen|clients)|verbindungspool .{0,40}(ersch(ö|oe)pft|voll)|trop de (connexions|clients)|demasiad[ao]s (conexiones|clientes)|接続(数|プール).{0,20}(上限|枯渇|超え)|コネクションプール|连接(数|池).{0,20}(上限|耗尽|过多|已满)/i,
  },
  {
    class: 'rate-limit',
    when: /zu viele anfragen|kontingent .{0,30}(ersch(ö|oe)pft|(ü|ue)berschritten)|trop de requ(ê|e)tes|quota d(é|e)pass(é|e)|demasiadas (peticiones|solicitudes)|リクエストが多すぎ|レート制限|请求过于频繁|限流/i,
  },
  {
    class: 'lock',
    when: /verklemmung|sperre .{0,60}(nicht (erhalten|setzen|bekommen)|zeit(ü|ue)berschreitung)|wartet auf .{0,40}sperre|interblocage|verrou|interbloqueo|bloqueo mutuo|デッドロック|ロック(待ち|の取得)|死锁|等待锁|锁等待/i,
  },
  {
    class: 'schema',
    when: /(spalte|relation|tabelle) .{0,80}(existiert nicht|nicht gefunden)|(colonne|relation|table) .{0,80}n['’]existe pas|(columna|relaci(ó|o)n|tabla) .{0,80}no existe|(列|テーブル|リレーション).{0,60}(存在しません|がありません)|(列|表|关系).{0,60}不存在|doppelter schl(ü|ue)sselwert|verletzt .{0,30}constraint/i,
  },
  {
    class: 'credentials',
    when: /(passwort|anmeldung|authentifizierung)\S* .{0,60}(fehlgeschlagen|ung(ü|ue)ltig|abgelehnt)|zugriff verweigert|keine berechtigung|abgelaufene[sr]? (token|schl(ü|ue)ssel|passwort)|authentification .{0,60}(é|e)chou(é|e)e?|acc(è|e)s refus(é|e)|permission refus(é|e)e|acceso denegado|autenticaci(ó|o)n .{0,40}fall(ó|o|ida)|認証(に)?(失敗|エラー)|アクセスが拒否|権限がありません|认证失败|鉴权失败|拒绝访问|权限不足/i,
  },
  {
    class: 'connection-refused',
    when: /verbindung(saufbau)? .{0,40}(verweigert|abgelehnt|fehlgeschlagen|nicht m(ö|oe)glich)|keine verbindung|connexion (refus(é|e)e|impossible)|conexi(ó|o)n (rechazada|rehusada)|connessione rifiutata|接続(が)?(拒否|できません|に失敗)|连接被拒绝|无法连接|连接失败|соединение отклонено/i,
  },
  {
    class: 'connection-reset',
    when: /verbindung .{0,40}(zur(ü|ue)ckgesetzt|unterbrochen|abgebrochen|geschlossen)|connexion .{0,20}(r(é|e)initialis(é|e)e|perdue)|conexi(ó|o)n .{0,20}(reiniciada|perdida)|接続が(切断|リセット)|连接(被)?(重置|断开)/i,
  },
  {
    class: 'timeout',
    when: /zeit(ü|ue)berschreitung|zeitlimit|nicht rechtzeitig|d(é|e)lai (d['’]attente )?(d(é|e)pass(é|e)|expir(é|e))|temps d['’]attente|tiempo de espera|tempo (limite|scaduto|esgotado)|タイムアウト|超时|превышено время|тайм-?аут/i,
  },
  {
    class: 'serialization',
    when: /ist keine (g(ü|ue)ltige )?zahl|ung(ü|ue)ltige[rs]? (format|zeichen|datum|betrag)|nicht lesbar|n['’]est pas un nombre|format invalide|formato (no v(á|a)lido|inv(á|a)lido|non valido)|形式が(不正|正しくありません)|解析(エラー|に失敗|失败|错误)|格式(错误|不正确)/i,
  },
  {
    class: 'server-error',
    when: /fehlgeschlagen|gescheitert|fehler\b|(é|e)chec\b|(é|e)chou(é|e)e?s?\b|erreur|fall(ó|ido|ida)\b|errore\b|失敗|エラー|异常|失败|错误|ошибка|не удалось/i,
  },
];

/** Null where nothing in these languages is said. */
export function classifyAbroad(text: string): SymptomClass | null {
  return RULES.find((rule) => rule.when.test(text))?.class ?? null;
}

/** Whether the words tell of a failure, for records that have no severity. */
export function saysFailureAbroad(text: string): boolean {
  return ABROAD.test(text) && classifyAbroad(text) !== null;
}

/** Ends of words of German and Romance languages, and other scripts: most messages have none, and are done at once. */
const ABROAD =
  /fehl|gescheit|verweig|abgelehn|zeit(ü|ue)ber|(é|e)ch(ec|ou)|erreur|refus|fall(ó|id)|errore|rechaz|[\u0400-\u04ff\u3040-\u30ff\u4e00-\u9fff]/i;
