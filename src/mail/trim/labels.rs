//! The labels of mail headers in the languages of mail programs, in lower case.

/// A header of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    From,
    Date,
    To,
    Copy,
    Subject,
    ReplyTo,
    Other,
}

/// The labels of each field, parted by bars.
const LABELS: &[(Field, &str)] = &[
    (
        Field::From,
        "from|von|van|de|da|från|fra|frá|lähettäjä|od|odesílatel|odosielateľ|feladó|de la|expéditeur|\
         mittente|remitente|remetente|absender|afzender|nadawca|pošiljatelj|kimden|gönderen|от|от кого|\
         відправник|від|από|מאת|من|dari|từ|จาก|发件人|寄件者|寄件人|差出人|送信者|보낸 사람|보낸사람|saatja|nuo",
    ),
    (
        Field::Date,
        "date|sent|datum|gesendet|verzonden|verstuurd|envoyé|envoyé le|data|inviato|fecha|enviado|\
         enviada|enviada em|enviado em|enviado el|enviado a|data d'enviament|skickat|dato|sendt|\
         dagsetning|lähetetty|päivämäärä|päiväys|wysłano|wysłane|odesláno|dátum|odoslané|poslano|\
         datum slanja|elküldve|küldve|trimis|dată|tarih|gönderildi|gönderilme tarihi|дата|отправлено|\
         надіслано|изпратено|ημερομηνία|στάλθηκε|תאריך|נשלח|التاريخ|تاريخ|تم الإرسال|tanggal|dikirim|\
         ngày|วันที่|发送时间|发送日期|日期|時間|时间|寄件日期|送信日時|日付|日時|보낸 날짜|날짜|보낸날짜|kuupäev",
    ),
    (
        Field::To,
        "to|an|aan|à|a|destinataire|empfänger|ontvanger|per|para|destinatario|till|til|vastaanottaja|do|\
         komu|pro|za|címzett|către|la|catre|kime|alıcı|кому|до|προς|אל|إلى|kepada|đến|tới|ถึง|收件人|收件者|\
         宛先|받는 사람|받는사람|saaja|kam|prima",
    ),
    (
        Field::Copy,
        "cc|bcc|kopie|kopi|kopia|kopio|copie|copie à|copia|cópia|dw|udw|kopija|másolat|bilgi|копия|\
         копія|κοιν|κοινοποίηση|עותק|نسخة|抄送|副本|참조|kk",
    ),
    (
        Field::Subject,
        "subject|betreff|betr|onderwerp|objet|sujet|oggetto|asunto|assunto|assumpte|ämne|emne|efni|aihe|\
         temat|předmět|predmet|zadeva|tárgy|subiect|konu|тема|относно|предмет|θέμα|נושא|الموضوع|موضوع|\
         subjek|perihal|chủ đề|tiêu đề|เรื่อง|主题|主題|主旨|件名|제목|teema|tēma|tema",
    ),
    (
        Field::ReplyTo,
        "reply-to|reply to|antwort an|antwoord aan|beantwoorden|répondre à|rispondi a|risposta|\
         responder a|svar til|svara till|vastausosoite|odpowiedz do|odpověď|yanıtla|ответить|返信先|回复",
    ),
    (
        Field::Other,
        "importance|priority|attachments|anlagen|anhang|bijlagen|bijlage|prioriteit|urgentie|\
         pièces jointes|importanza|allegati|adjuntos|datos adjuntos|anexos|bilagor|vedhæftede filer|\
         vedlegg|wichtigkeit|priorität|organization|organisation|załączniki|вложения|sender|\
         resent-from|delivered-to|mailing list",
    ),
];

/// The field that a label stands for.
pub(super) fn field(label: &str) -> Option<Field> {
    let label = label.to_lowercase();
    LABELS.iter().find(|(_, labels)| labels.split('|').any(|other| other == label)).map(|(field, _)| *field)
}
