package dates

import (
	"strings"
	"time"
)

// cjkTime puts colons where Chinese, Japanese and Korean name the units, and
// dashes between year and month.
var cjkTime = strings.NewReplacer(
	"時", ":", "时", ":", "点", ":", "시", ":", "分", ":", "분", ":", "秒", " ", "초", " ",
	"年", "-", "月", "-", "日", " ", "년", "-", "월", "-", "일", " ",
	"−", "-", "‐", "-", "–", "-", "\u00a0", " ",
)

// monthList has the months of languages that feeds are written in, in lower
// case: one language a line, its months separated by semicolons and the names
// of a month by commas. What a line above has may be left out.
var monthList = []string{
	"january,jan;february,feb,febr;march,mar;april,apr;may;june,jun;july,jul;august,aug;september,sep,sept;october,oct;november,nov;december,dec",
	"januari;februari;mars;;maj;juni;juli;augusti;;oktober,okt;;",                // Swedish
	"januar,jänner,jän;februar,feber;märz,mär,mrz,maerz;;mai;;;;;;;dezember,dez", // German
	"janvier,janv;février,févr,fév,fevrier,fevr,fev;;avril,avr;;juin;juillet,juil;août,aout;septembre;octobre;novembre;décembre,déc,decembre",
	"enero,ene;febrero;marzo;abril,abr;mayo;junio;julio;agosto,ago;septiembre,setiembre,set;octubre;noviembre;diciembre,dic",
	"gennaio,gen;febbraio;;aprile;maggio,mag;giugno,giu;luglio,lug;;settembre,sett;ottobre,ott;;dicembre", // Italian
	"janeiro;fevereiro;março,marco;;maio;junho;julho;;setembro;outubro,out;novembro;dezembro",             // Portuguese
	"gener;febrer;març;;maig;juny;juliol;agost;setembre;;novembre;desembre,des",                           // Catalan
	";;maart,mrt;;mei;;;augustus;;;;", // Dutch
	";;marts;;;;;;;;;",                // Danish; Norwegian has nothing of its own
	"tammikuuta,tammikuu,tammi;helmikuuta,helmikuu,helmi;maaliskuuta,maaliskuu,maalis;huhtikuuta,huhtikuu,huhti;toukokuuta,toukokuu,touko;kesäkuuta,kesäkuu,kesä;heinäkuuta,heinäkuu,heinä;elokuuta,elokuu,elo;syyskuuta,syyskuu,syys;lokakuuta,lokakuu,loka;marraskuuta,marraskuu,marras;joulukuuta,joulukuu,joulu",
	"jaanuar;veebruar,veebr;märts;aprill;;juuni;juuli;;;;;detsember,dets", // Estonian
	"stycznia,styczeń,sty;lutego,luty,lut;marca,marzec;kwietnia,kwiecień,kwi;maja;czerwca,czerwiec,cze;lipca,lipiec,lip;sierpnia,sierpień,sie;września,wrzesień,wrz;października,październik,paź;listopada,listopad,lis;grudnia,grudzień,gru",
	"ledna,leden,led;února,únor,úno;března,březen,bře;dubna,duben,dub;května,květen,kvě;června,červen,čvn;července,červenec,čvc;srpna,srpen,srp;září,zář;října,říjen,říj;;prosince,prosinec,pro",
	"január;február;marec;apríl;máj,mája;jún,júna;júl,júla;augusta;;októbra,október;novembra;decembra", // Slovak
	"января,январь,янв;февраля,февраль,фев,февр;марта,март,мар;апреля,апрель,апр;мая,май;июня,июнь,июн;июля,июль,июл;августа,август,авг;сентября,сентябрь,сен,сент;октября,октябрь,окт;ноября,ноябрь,ноя,нояб;декабря,декабрь,дек",
	"січня,січень,січ;лютого,лютий,лют;березня,березень,бер;квітня,квітень,кві,квіт;травня,травень,тра,трав;червня,червень,чер,черв;липня,липень,лип;серпня,серпень,сер,серп;вересня,вересень,вер;жовтня,жовтень,жов,жовт;листопада,листопад,лис,лист;грудня,грудень,гру,груд",
	"ιανουαρίου,ιανουάριος,ιαν;φεβρουαρίου,φεβρουάριος,φεβ;μαρτίου,μάρτιος,μάρ,μαρ,μάώ,μαώ;απριλίου,απρίλιος,απρ;μαΐου,μάιος,μάι,μαϊ,μαι;ιουνίου,ιούνιος,ιούν,ιουν,ιον;ιουλίου,ιούλιος,ιούλ,ιουλ,ιολ;αυγούστου,αύγουστος,αύγ,αυγ;σεπτεμβρίου,σεπτέμβριος,σεπ;οκτωβρίου,οκτώβριος,οκτ;νοεμβρίου,νοέμβριος,νοέ,νοε;δεκεμβρίου,δεκέμβριος,δεκ",
	"január;február,febru;március,márc;április,ápr,április;május,máj;június,jún;július,júl;augusztus;szeptember,szept;október;;",
	"ocak,oca;şubat,şub;mart;nisan,nis;mayıs;haziran,haz;temmuz,tem;ağustos,ağu;eylül,eyl;ekim,eki;kasım,kas;aralık,ara",
	"ianuarie,ian;februarie;martie;aprilie;mai;iunie,iun;iulie,iul;;septembrie;octombrie;noiembrie,noi;decembrie", // Romanian
	"janúar;febrúar;;apríl;maí;júní;júlí;ágúst,ágú;;október;nóvember,nóv;desember",                                // Icelandic
}

// monthNames is 1 to 12 by name.
var monthNames = monthsOf(monthList)

func monthsOf(list []string) map[string]int {
	names := make(map[string]int, 30*len(list))
	for _, language := range list {
		for i, month := range strings.Split(language, ";") {
			for _, name := range strings.Split(month, ",") {
				if name != "" {
					names[name] = i + 1
				}
			}
		}
	}
	return names
}

// weekdayList is like monthList, from Sunday on. Two letters are German and
// Portuguese ordinals are left out: they say too little.
var weekdayList = []string{
	"sunday,sun;monday,mon;tuesday,tue,tues;wednesday,wed,weds,wednes;thursday,thu,thur,thurs;friday,fri;saturday,sat",
	"söndag,söndagen,sön;måndag,måndagen,mån;tisdag,tisdagen,tis;onsdag,onsdagen,ons;torsdag,torsdagen,tor,tors;fredag,fredagen,fre;lördag,lördagen,lör",
	"sonntag,so;montag,mo;dienstag,di;mittwoch,mi;donnerstag,do;freitag,fr;samstag,sonnabend,sa",
	"dimanche,dim;lundi,lun;mardi;mercredi,mer;jeudi,jeu;vendredi,ven;samedi,sam",
	"domingo,dom;lunes;martes,mar;miércoles,mié,miercoles,mie;jueves,jue;viernes,vie;sábado,sáb,sabado,sab",
	"domenica;lunedì;martedì;mercoledì;giovedì,gio;venerdì;sabato",
	";segunda,seg;terça,ter;quarta,qua;quinta,qui;sexta,sex;",
	"zondag,zo;maandag,ma;dinsdag;woensdag,wo;donderdag;vrijdag,vr;zaterdag,za",
	"søndag,søn;mandag,man;tirsdag,tir;;;;lørdag,lør",
	"sunnuntaina,sunnuntai,su;maanantaina,maanantai;tiistaina,tiistai,ti;keskiviikkona,keskiviikko,ke;torstaina,torstai,to;perjantaina,perjantai,pe;lauantaina,lauantai,la",
	"niedziela,niedz,nie;poniedziałek,pon,pn;wtorek,wto,wt;środa,śro,śr;czwartek,czw;piątek,pią,pt;sobota,sob",
	"neděle,ne;pondělí,po;úterý,út;středa,st;čtvrtek,čt;pátek,pá;so",
	"воскресенье,вс,вск;понедельник,пн,пнд;вторник,вт,втр;среда,ср,срд;четверг,чт,чтв;пятница,пт,птн;суббота,сб,сбт",
	"неділя,нд;понеділок;вівторок;середа;четвер;п'ятниця;субота",
	"κυριακή,κυρ;δευτέρα,δευ;τρίτη,τρι,τρί;τετάρτη,τετ;πέμπτη,πεμ,πέμ;παρασκευή,παρ;σάββατο,σαβ,σάβ",
	"vasárnap;hétfő;kedd;szerda;csütörtök;péntek;szombat",
	"pazar;pazartesi;salı;çarşamba;perşembe;cuma;cumartesi",
	"duminică;luni;marți;miercuri;joi;vineri;sâmbătă",
	"sunnudagur;mánudagur;þriðjudagur;miðvikudagur;fimmtudagur;föstudagur;laugardagur",
}

var weekdayNames = func() map[string]time.Weekday {
	names := make(map[string]time.Weekday, 300)
	for _, language := range weekdayList {
		for i, day := range strings.Split(language, ";") {
			for _, name := range strings.Split(day, ",") {
				if _, taken := names[name]; name != "" && !taken {
					names[name] = time.Weekday(i)
				}
			}
		}
	}
	return names
}()

// halves tells the first half of the day, 1, from the second, 2.
var halves = map[string]int{
	"am": 1, "pm": 2, "오전": 1, "오후": 2, "午前": 1, "午後": 2, "上午": 1, "下午": 2,
	"πμ": 1, "μμ": 2, "fm": 1, "em": 2,
}

// dateFillers are words that say nothing of their own.
var dateFillers = map[string]bool{
	"at": true, "of": true, "on": true, "the": true, "st": true, "nd": true, "rd": true, "th": true,
	"den": true, "kl": true, "klockan": true, "um": true, "uhr": true, "der": true, "am": true,
	"de": true, "del": true, "le": true, "à": true, "las": true, "el": true, "er": true, "a": true, "h": true, "hrs": true, "hs": true,
	"do": true, "da": true, "às": true, "klo": true, "om": true, "op": true, "г": true, "года": true, "в": true, "р": true, "року": true, "о": true, "feira": true,
}

// zoneNames has the names of zones that mean one thing in feeds, or nearly
// always one, as seconds east of Greenwich. The single letters of RFC 822 say
// nothing (RFC 5322, section 4.3), but for Z.
var zoneNames = map[string]int{
	"z": 0, "ut": 0, "gmt": 0, "utc": 0, "wet": 0,
	"est": -5 * hour, "edt": -4 * hour, "cst": -6 * hour, "cdt": -5 * hour, "mst": -7 * hour, "mdt": -6 * hour, "pst": -8 * hour, "pdt": -7 * hour,
	"et": -5 * hour, "ct": -6 * hour, "mt": -7 * hour, "pt": -8 * hour,
	"ast": -4 * hour, "adt": -3 * hour, "nst": -(3*hour + 1800), "ndt": -(2*hour + 1800), "akst": -9 * hour, "akdt": -8 * hour, "hst": -10 * hour, "hast": -10 * hour,
	"bst": hour, "west": hour, "cet": hour, "met": hour, "mez": hour, "cest": 2 * hour, "mest": 2 * hour, "mesz": 2 * hour, "sast": 2 * hour, "eet": 2 * hour, "eest": 3 * hour, "msk": 3 * hour, "msd": 4 * hour, "trt": 3 * hour,
	"pkt": 5 * hour, "ist": 5*hour + 1800, "npt": 5*hour + 2700, "wib": 7 * hour, "ict": 7 * hour, "hkt": 8 * hour, "sgt": 8 * hour, "pht": 8 * hour, "awst": 8 * hour, "jst": 9 * hour, "kst": 9 * hour,
	"acst": 9*hour + 1800, "acdt": 10*hour + 1800, "aest": 10 * hour, "aedt": 11 * hour, "nzst": 12 * hour, "nzdt": 13 * hour,
	"eastern standard time": -5 * hour, "eastern daylight time": -4 * hour, "central standard time": -6 * hour, "central daylight time": -5 * hour,
	"mountain standard time": -7 * hour, "mountain daylight time": -6 * hour, "pacific standard time": -8 * hour, "pacific daylight time": -7 * hour,
	"greenwich mean time": 0, "coordinated universal time": 0, "british summer time": hour,
	"central european time": hour, "central european standard time": hour, "central european summer time": 2 * hour,
	"cat": 2 * hour, "eat": 3 * hour, "wat": hour, "idt": 3 * hour, "myt": 8 * hour, "zulu": 0, "uct": 0,
	"brt": -3 * hour, "brst": -2 * hour, "art": -3 * hour, "clt": -4 * hour, "clst": -3 * hour, "cot": -5 * hour, "pet": -5 * hour,
}
