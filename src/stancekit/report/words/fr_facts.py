"""What checks and studies find, in French: their English sentences are those of the files they are written to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stancekit.config.checks import CheckCode


@dataclass(frozen=True)
class CheckWords:
    """One kind of finding.

    Attributes
    ----------
    title, why, help : str
        As `stancekit.corpus.checks.findings.Kind` has them in English.
    said : str
        The message, with places for its values. Worded so that a count may be one or many.
    """

    title: str
    said: str
    why: str
    help: str


CHECKS: Mapping[CheckCode, CheckWords] = {
    "SK001": CheckWords(
        "Copies",
        "Exemples {of_part} qui en répètent un précédent : {n} sur {total} ({share})",
        "Une copie n’apporte rien mais compte comme un indice : les intervalles sont trop étroits, et des plis qui"
        " séparent les copies évaluent sur ce qui a été appris.",
        "Écarter les copies avec data.drop_copies: true, ou grouper les plis par texte : evaluation.folds.by: text.",
    ),
    "SK002": CheckWords(
        "Textes presque identiques",
        "Exemples {of_part} dont le texte est presque celui d’un autre : {n} sur {total}",
        "Les dépêches d’agence sont reprises à un mot près. Comme pour les copies, des plis qui les séparent évaluent"
        " sur ce qui a été appris.",
        "En regarder quelques-uns. Si ce sont des reprises, n’en garder qu’une, ou leur donner un groupe commun et"
        " plier selon lui : data.columns.group et evaluation.folds.by: group.",
    ),
    "SK003": CheckWords(
        "Exemples de test copiés de l’apprentissage",
        "Exemples de test qui sont des copies d’exemples d’apprentissage : {n} sur {total} ({share})",
        "Une table des phrases vues y répondrait : le score de test dit ce qui a été retenu par cœur, non ce qui a été"
        " appris.",
        "Les écarter de l’apprentissage avec data.drop_copies: true ; le jeu de test reste tel quel.",
    ),
    "SK004": CheckWords(
        "Textes de test presque identiques à ceux de l’apprentissage",
        "Exemples de test dont l’apprentissage a le texte, ou presque : {n} sur {total}",
        "Presque la même phrase a été vue à l’apprentissage : elle éprouve la mémoire plus que la compréhension.",
        "Les retirer de l’apprentissage, et dire dans une publication combien il y en avait.",
    ),
    "SK005": CheckWords(
        "Le même texte dans plusieurs plis",
        "Exemples dont le texte est aussi dans un autre pli : {n} sur {total} ({share})",
        "Une phrase mise de côté a été vue à l’apprentissage, avec un autre acteur, une autre cible ou en copie : les"
        " scores de validation croisée sont trop hauts.",
        "Les garder ensemble : evaluation.folds.by: text (ou sentence, ou article), avec scheme: stratified_group.",
    ),
    "SK006": CheckWords(
        "Presque le même texte dans plusieurs plis",
        "Exemples dont le texte est presque celui d’un exemple d’un autre pli : {n} sur {total}",
        "Presque la même phrase a été vue à l’apprentissage : les scores de validation croisée sont trop hauts.",
        "Donner aux reprises un groupe commun et plier selon lui : data.columns.group et evaluation.folds.by: group.",
    ),
    "SK101": CheckWords(
        "Étiquettes contradictoires",
        "Textes {of_part} qui, pour le même acteur et la même cible, ont des étiquettes différentes : {texts}",
        "Le même texte, avec le même acteur et la même cible, a des étiquettes différentes : l’une est fausse, ou ce"
        " qui les distingue n’est pas dans les données. Aucun modèle ne peut avoir raison sur les deux.",
        "Trancher cas par cas. Si plusieurs personnes ont étiqueté, donner leurs noms dans la colonne annotator et voir"
        " `stancekit agreement`.",
    ),
    "SK102": CheckWords(
        "Noms presque identiques",
        "{whats} {of_part} dont les noms sont presque identiques : {n}",
        "Sans doute une même étiquette, un même acteur ou une même cible sous deux graphies, apprises chacune sur la"
        " moitié des exemples.",
        "Faire correspondre les étiquettes dans la configuration (data: {train: {path: …, labels: {LEUR: NOTRE}}}) ;"
        " corriger acteurs et cibles dans les données.",
    ),
    "SK103": CheckWords(
        "Étiquettes de très peu d’exemples",
        "Étiquettes qui ont peu d’exemples {of_part} : {n} sur {labels} ({few})",
        "Une poignée d’exemples ne peut servir à la fois à apprendre et à évaluer ; les moyennes macro en dépendent.",
        "Étiqueter davantage, joindre l’étiquette à une autre, ou l’écarter : labels: {LEUR: null}.",
    ),
    "SK104": CheckWords(
        "Cibles d’une seule position",
        "Cibles {of_part} qui n’ont qu’une étiquette : {n}, soit {share_of_rows} des exemples, que le nom de la cible"
        " décide à lui seul",
        "Quand tout ce qui est dit d’une cible a la même étiquette, il suffit au modèle de lire le nom de la cible, et"
        " le score sur elle ne montre rien d’autre.",
        "Chercher des exemples des autres positions, et lire la référence simple « cible seule » à côté du score.",
    ),
    "SK105": CheckWords(
        "Étiquettes réparties autrement à l’apprentissage et au test",
        "Étiquettes de fréquence différente : {moved}",
        "Un modèle apprend la fréquence des étiquettes. Si elle diffère dans le jeu de test, le score mêle la qualité"
        " de la lecture et le déplacement des fréquences.",
        "Vérifier que les deux ont été tirés et étiquetés selon les mêmes règles ; regarder les scores par étiquette.",
    ),
    "SK106": CheckWords(
        "Acteurs ou cibles que l’apprentissage n’a pas",
        "{whats} du jeu de test que l’apprentissage n’a pas : {n}, exemples concernés : {rows} ({names})",
        "Ils sont évalués avec ce qui a été appris d’autres : c’est plus difficile, et c’est une autre question.",
        "Le dire à côté du score ; voir les scores par cible et par acteur plus bas.",
    ),
    "SK201": CheckWords(
        "Mentions à côté de leur nom",
        "Exemples {of_part} qui marquent autre chose que le nom qui est dans leur texte : {n}",
        "Le nom est dans le texte mais la mention en couvre une autre partie : les positions comptent peut-être des"
        " octets, ou un texte modifié depuis. Les masques et les fenêtres lisent alors d’autres mots.",
        "Recompter les positions en caractères de ce texte même, ou omettre leurs colonnes : les mentions sont alors"
        " cherchées par leur nom.",
    ),
    "SK202": CheckWords(
        "Mentions qui commencent ou finissent dans un mot",
        "Exemples {of_part} dont une mention commence ou finit à l’intérieur d’un mot : {n} sur {total} ({share})",
        "Le masque laisse le reste du mot à côté de la marque (`_ACTOR_s`), un mot qui n’existe nulle part ailleurs.",
        "Étendre les mentions à des mots entiers, si le corpus ne les veut pas ainsi.",
    ),
    "SK203": CheckWords(
        "Texte mal encodé",
        "Textes {of_part} qui portent les signes d’un mauvais encodage : {n}",
        "De l’UTF-8 a été lu comme un autre encodage (`Ã©` pour `é`), ou des caractères ont été perdus : ces mots ne"
        " retrouvent pas les mêmes mots ailleurs.",
        "Reprendre le texte à sa source. Si la configuration nomme un encodage, le fichier est sans doute en UTF-8 :"
        " ne pas le nommer.",
    ),
    "SK204": CheckWords(
        "Textes très longs",
        "Textes {of_part} de plus de {most} caractères : {n}, le plus long en a {longest}",
        "Un exemple devrait être une phrase. Les textes longs portent plusieurs positions, et la plupart de leurs mots"
        " parlent d’autre chose.",
        "Les découper : `stancekit split`.",
    ),
    "SK205": CheckWords(
        "Textes sans mots",
        "Textes {of_part} sans aucune lettre : {n}",
        "Il n’y a rien à y apprendre ; ils sont étiquetés selon la fréquence seule.",
        "Les écarter.",
    ),
    "SK301": CheckWords(
        "Mots vides qui portent la négation ou l’opposition",
        "{key} ({field}) écarte {words}",
        "not, against, ne, contre retournent une position. La liste anglaise de scikit-learn écarte not, no, nor,"
        " never, against, without et cannot.",
        "Ôter stop_words (TF-IDF donne de toute façon peu de poids aux mots fréquents), ou retirer ces mots de la"
        " liste.",
    ),
}
"""What each code stands for, as `stancekit.corpus.checks.findings.KINDS` has it in English."""

STUDIES: Mapping[str, Mapping[str, str]] = {
    "learning_curve": {
        "unknown": "Que plus de {unit} aide ne peut se dire : le dernier pas de la courbe n’a pas d’intervalle.",
        "level": "La courbe ne monte plus, autant que ces données peuvent le dire : {step}.",
        "rises": "La courbe monte encore à la fin, {step} : plus de {unit} aiderait sans doute.",
        "falls": "La courbe descend à la fin, {step} : plus de {unit} de cette sorte n’aide pas.",
        "falls_reversed": "La courbe descend encore à la fin, ce qui est mieux, {step} : plus de {unit} aiderait sans"
        " doute.",
        "rises_reversed": "La courbe monte à la fin, ce qui est moins bien, {step} : plus de {unit} de cette sorte"
        " n’aide pas.",
    },
    "ablation": {
        "none": "Aucune des parties ({parts}) ne change le score, une fois retirée, au-delà de son intervalle dans le"
        " mauvais sens.",
        "some": "Parties sans lesquelles le score se dégrade, tout son intervalle avec lui : {told} sur {parts} ; le"
        " plus sans {most} : {difference}.",
    },
    "left_out": {
        "pooled": "Sur chaque {what} comme si le modèle n’en avait jamais vu d’exemple : {metric} de {unseen} ; sur les"
        " mêmes {examples}, celui de l’évaluation elle-même est de {seen}. L’écart est de {difference}."
    },
    "refused": {
        "few_groups": "un pli apprend sur {groups} ; une courbe d’apprentissage en demande {least} au moins",
        "unlike_features": "la recherche a choisi des traits de nombres de blocs différents",
        "one_block": "il n’y a qu’un bloc de traits, et rien d’autre à retirer",
        "no_value": "aucun exemple n’a de valeur pour « {column} »",
        "one_value": "il n’y a qu’une valeur de « {column} », et aucune autre sur laquelle apprendre",
        "few": "aucune valeur de « {column} » n’a {least} exemples",
        "none_fitted": "aucune valeur de « {column} » n’a pu être retirée",
    },
}
"""What a study found, by the `code` that metrics.json has of it; and why one was not made."""

PAIRS: Mapping[str, str] = {
    "same": "{a} et {b} prédisent la même chose pour chaque exemple, {data}.",
    "undefined": "{metric} n’est pas définie à la fois pour {a} et {b} : il n’y a rien à comparer, {data}.",
    "one_group": "{b} moins {a} fait {value} ({metric}), {data} : un seul groupe ne laisse rien à rééchantillonner,"
    " donc ni intervalle ni test.",
    "no_test": "{b} moins {a} fait {value} ({interval} ; {metric}), {data} : pas de test possible.",
    "higher": "{b} a une valeur plus haute que {a} ({metric}) : {value} ({interval}), {tested}, {data}.",
    "lower": "{b} a une valeur plus basse que {a} ({metric}) : {value} ({interval}), {tested}, {data}.",
    "higher_is_worse": "{b} a une valeur plus haute, donc moins bonne, que {a} ({metric}) : {value} ({interval}),"
    " {tested}, {data}.",
    "lower_is_better": "{b} a une valeur plus basse, donc meilleure, que {a} ({metric}) : {value} ({interval}),"
    " {tested}, {data}.",
    "no_evidence": "Rien ne montre que {a} et {b} diffèrent ({metric}) : {value} pour {b} ({interval}), {tested},"
    " {data}{tail}.",
    "untested": "{a} et {b} ne peuvent être comparés ({metric}) : les prédictions seules ne disent pas cette mesure.",
    "holm": "{p} (Holm, {n} paires)",
    "tail": " ; un vrai écart de moins de {detectable} environ passerait souvent inaperçu",
    "data": "n = {n} dans {groups}",
    "mcnemar": "McNemar, qui prend les exemples pour indépendants : {a} est seul juste {first} fois, {b} {second} fois,"
    " {p}.",
}
"""What two classifiers' scores allow one to say, by the word that `stancekit.experiment.pairs.Pair` has for it."""

NOTES: Mapping[str, str] = {
    "resampled_otherwise": "{run} rééchantillonne selon « {wanted} », que ses prédictions ne contiennent pas, et ses"
    " données ne peuvent être relues : rééchantillonné ici selon « {by} ».",
    "different_columns": "Les expériences rééchantillonnent selon des colonnes différentes ({columns}) : c’est « {by} »"
    " qui compte ici.",
    "few_groups": "{groups}, c’est peu : intervalles et tests sont grossiers.",
    "not_tested": "Sans test, parce que les prédictions seules ne les disent pas : {metrics}.",
    "first_repeat": "Le test de McNemar et les exemples qui changent sont ceux de la première répétition de la"
    " validation croisée.",
    "many": "Plus de {most} sont comparés : chacun avec {one} seulement.",
}
"""What to know before reading a comparison, by the code of the note."""
